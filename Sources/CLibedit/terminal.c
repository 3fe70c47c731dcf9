#include "CLibedit.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
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
static atomic_int continuations;

static void notify(int signal) {
  int saved = errno;
  if (signal == SIGCONT) atomic_fetch_add(&continuations, 1);
  uint64_t one = 1;
  for (int i = 0; i < slots; i++) {
    int descriptor = atomic_load(&watchers[i]);
    // A full eventfd is readable already, which is all that matters.
    if (descriptor >= 0 && write(descriptor, &one, sizeof one) < 0) {}
  }
  errno = saved;
}

static void handle(int signal, void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, NULL);
}

void clibedit_watch_window(int descriptor) {
  static atomic_flag installed = ATOMIC_FLAG_INIT;
  for (int i = 0; i < slots; i++) {
    int none = -1;
    if (atomic_compare_exchange_strong(&watchers[i], &none, descriptor)) break;
  }
  clibedit_catch_stop();
  if (!atomic_flag_test_and_set(&installed)) handle(SIGWINCH, notify);
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

static void put(int descriptor, const char *text) {
  if (text != NULL && write(descriptor, text, strlen(text)) < 0) {}
}

static void reset(int slot, int descriptor) {
  tcsetattr(descriptor, TCSANOW, &kept[slot]);
  // Bracketed paste off, colours off, cursor shown.
  put(descriptor, "\033[?2004l\033[0m\033[?25h");
}

static void put_back(int slot, int descriptor) {
  if (atomic_compare_exchange_strong(&guarded[slot], &descriptor, -1)) reset(slot, descriptor);
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

static atomic_int screen = -1;
static _Atomic(const char *) leaving, entering;

void clibedit_set_stop_texts(int descriptor, const char *leave, const char *enter) {
  // Off while the texts change: the signal may come in between.
  atomic_store(&screen, -1);
  atomic_store(&leaving, leave);
  atomic_store(&entering, enter);
  atomic_store(&screen, descriptor);
}

int clibedit_continuations(void) { return atomic_load(&continuations); }

static atomic_bool catches;
static atomic_int stops;
static sem_t stopped;

static void stopping(int signal) {
  int saved = errno;
  int shown = atomic_load(&screen);
  if (shown >= 0) put(shown, atomic_load(&leaving));
  for (int i = 0; i < slots; i++) {
    int descriptor = atomic_load(&guarded[i]);
    if (descriptor >= 0) reset(i, descriptor);
  }
  struct sigaction standard = {.sa_handler = SIG_DFL};
  sigemptyset(&standard.sa_mask);
  sigaction(signal, &standard, NULL);
  sigset_t former, wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, signal);
  pthread_sigmask(SIG_UNBLOCK, &wanted, &former);
  // Sent to this thread, so it takes effect before the next line, which is reached when the process continues.
  raise(signal);
  pthread_sigmask(SIG_SETMASK, &former, NULL);
  handle(signal, stopping);
  if (shown >= 0) put(shown, atomic_load(&entering));
  atomic_fetch_add(&stops, 1);
  sem_post(&stopped);
  errno = saved;
}

void clibedit_catch_stop(void) {
  static atomic_flag installed = ATOMIC_FLAG_INIT;
  if (atomic_flag_test_and_set(&installed)) return;
  handle(SIGCONT, notify);
  struct sigaction former;
  if (sigaction(SIGTSTP, NULL, &former) != 0 || former.sa_handler != SIG_DFL || sem_init(&stopped, 0, 0) != 0) return;
  handle(SIGTSTP, stopping);
  atomic_store(&catches, true);
}

void clibedit_stop(void) {
  if (!atomic_load(&catches)) return;
  int before = atomic_load(&stops);
  // The others of the group (a script that runs the shell, a pager) stop as well, or the user's shell never takes over.
  kill(0, SIGTSTP);
  // The signal may have reached another thread. Its handler ends when the process continues, or at once if it can't stop.
  while (atomic_load(&stops) == before) sem_wait(&stopped);
}
