#include "CTaskHook.h"
#include <stdatomic.h>
#include <stddef.h>

// Declared by Swift's runtime in ConcurrencyHooks.def: called instead of the global executor, with that as `original`.
typedef void enqueue_function(void *job) __attribute__((swiftcall));
typedef void enqueue_hook(void *job, enqueue_function *original) __attribute__((swiftcall));
extern enqueue_hook *swift_task_enqueueGlobal_hook;

static _Atomic(task_hook_taker) current;

__attribute__((swiftcall)) static void take(void *job, enqueue_function *original) {
  task_hook_taker taker = atomic_load(&current);
  if (taker != NULL) {
    taker(job);
  } else {
    original(job);
  }
}

void task_hook_set(task_hook_taker taker) {
  atomic_store(&current, taker);
  swift_task_enqueueGlobal_hook = take;
}
