#ifndef C_TASK_HOOK_H
#define C_TASK_HOOK_H

/// Receives a job that Swift's concurrency wants run.
typedef void (*task_hook_taker)(void *_Nonnull job);

/// Gives every job for the global executor to `taker`, on the thread that enqueues it; NULL lets the executor have them again.
void task_hook_set(task_hook_taker _Nullable taker);

#endif
