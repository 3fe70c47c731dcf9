#include "CLibedit.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

bool clibedit_window_size(int descriptor, int *rows, int *columns) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return false;
  *rows = size.ws_row;
  *columns = size.ws_col;
  return true;
}

int clibedit_wakeup(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// Signal handlers can reach nothing but globals. A process has one editor as a rule; tests have a few at a time.
enum { slots = 16 };

static atomic_int watchers[slots] = {[0 ... slots - 1] = -1};

static void notify(int signal) {
  (void)signal;
  int saved = errno;
  uint64_t one = 1;
  for (int i = 0; i < slots; i++) {
    int descriptor = atomic_load(&watchers[i]);
    // A full eventfd is readable already, which is all that matters.
    if (descriptor >= 0 && write(descriptor, &one, sizeof one) < 0) {}
  }
  errno = saved;
}

void clibedit_watch_window(int descriptor) {
  static atomic_flag installed = ATOMIC_FLAG_INIT;
  for (int i = 0; i < slots; i++) {
    int none = -1;
    if (atomic_compare_exchange_strong(&watchers[i], &none, descriptor)) break;
  }
  if (atomic_flag_test_and_set(&installed)) return;
  struct sigaction action = {.sa_handler = notify, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGWINCH, &action, NULL);
  sigaction(SIGCONT, &action, NULL);
}

void clibedit_forget_window(int descriptor) {
  for (int i = 0; i < slots; i++) {
    int own = descriptor;
    atomic_compare_exchange_strong(&watchers[i], &own, -1);
  }
}

static atomic_int guarded[slots] = {[0 ... slots - 1] = -1};
static struct termios kept[slots];
static const int crashes[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};

static void put_back(int slot, int descriptor) {
  if (!atomic_compare_exchange_strong(&guarded[slot], &descriptor, -1)) return;
  tcsetattr(descriptor, TCSANOW, &kept[slot]);
  // Bracketed paste off, colours off, cursor shown.
  static const char reset[] = "\033[?2004l\033[0m\033[?25h";
  if (write(descriptor, reset, sizeof reset - 1) < 0) {}
}

static void put_all_back(void) {
  for (int i = 0; i < slots; i++) {
    int descriptor = atomic_load(&guarded[i]);
    if (descriptor >= 0) put_back(i, descriptor);
  }
}

static void crashed(int signal) {
  put_all_back();
  // SA_RESETHAND has restored the default action: raising ends the process as the crash would have.
  raise(signal);
}

void clibedit_guard_terminal(int descriptor) {
  static atomic_flag registered = ATOMIC_FLAG_INIT;
  struct termios now;
  if (tcgetattr(descriptor, &now) != 0) return;
  for (int i = 0; i < slots; i++) {
    if (atomic_load(&guarded[i]) >= 0) continue;
    kept[i] = now;
    atomic_store(&guarded[i], descriptor);
    break;
  }
  if (atomic_flag_test_and_set(&registered)) return;
  atexit(put_all_back);
  for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
    struct sigaction former;
    if (sigaction(crashes[i], NULL, &former) != 0 || former.sa_handler != SIG_DFL) continue;
    struct sigaction action = {.sa_handler = crashed, .sa_flags = SA_RESETHAND | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    sigaction(crashes[i], &action, NULL);
  }
}

void clibedit_restore_terminal(int descriptor) {
  for (int i = 0; i < slots; i++) put_back(i, descriptor);
}
