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

// Signal handlers can reach nothing but globals.
static atomic_int notified = -1;
static struct sigaction former_winch, former_cont;

static void notify(int signal) {
  (void)signal;
  int saved = errno;
  uint64_t one = 1;
  int descriptor = atomic_load(&notified);
  // A full eventfd is readable already, which is all that matters.
  if (descriptor >= 0 && write(descriptor, &one, sizeof one) < 0) {}
  errno = saved;
}

void clibedit_watch_window(int descriptor) {
  int former = atomic_exchange(&notified, descriptor);
  if (descriptor >= 0 && former < 0) {
    struct sigaction action = {.sa_handler = notify, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGWINCH, &action, &former_winch);
    sigaction(SIGCONT, &action, &former_cont);
  } else if (descriptor < 0 && former >= 0) {
    sigaction(SIGWINCH, &former_winch, NULL);
    sigaction(SIGCONT, &former_cont, NULL);
  }
}

static atomic_int guarded = -1;
static struct termios kept;
static const int crashes[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV};

static void put_back(void) {
  int descriptor = atomic_exchange(&guarded, -1);
  if (descriptor < 0) return;
  tcsetattr(descriptor, TCSANOW, &kept);
  // Bracketed paste off, colours off, cursor shown.
  static const char reset[] = "\033[?2004l\033[0m\033[?25h";
  if (write(descriptor, reset, sizeof reset - 1) < 0) {}
}

static void crashed(int signal) {
  put_back();
  // SA_RESETHAND has restored the default action: returning would run into the same fault, raising ends the process.
  raise(signal);
}

void clibedit_guard_terminal(int descriptor) {
  static atomic_flag registered = ATOMIC_FLAG_INIT;
  if (tcgetattr(descriptor, &kept) != 0) return;
  atomic_store(&guarded, descriptor);
  if (atomic_flag_test_and_set(&registered)) return;
  atexit(put_back);
  for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
    struct sigaction former;
    if (sigaction(crashes[i], NULL, &former) != 0 || former.sa_handler != SIG_DFL) continue;
    struct sigaction action = {.sa_handler = crashed, .sa_flags = SA_RESETHAND | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    sigaction(crashes[i], &action, NULL);
  }
}

void clibedit_restore_terminal(void) { put_back(); }
