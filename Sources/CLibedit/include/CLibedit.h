// libedit for Swift: `el_set`, `el_get` and `history_w` are variadic, which Swift can't call; here is one function for
// each form that LineEditor uses. All of them belong to the one thread that edits, unless a comment says otherwise.
#ifndef CLIBEDIT_H
#define CLIBEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct editline;
struct historyW;

/// An editor on a terminal.
typedef struct editline clibedit_editor;
/// What Up, Down and Ctrl-R search.
typedef struct historyW clibedit_history;

/// What a bound function asks libedit to do next.
enum clibedit_result {
  clibedit_normal = 0,
  clibedit_newline = 1,
  clibedit_eof = 2,
  clibedit_refresh = 4,
  clibedit_cursor = 5,
  clibedit_error = 6,
  clibedit_redisplay = 8,
};

/// A function that a key can be bound to.
typedef unsigned char (*clibedit_function)(clibedit_editor *, int key);
/// Returns the prompt as UTF-8, owned by the callee.
typedef char *(*clibedit_prompt_function)(clibedit_editor *);
/// Reads one character into the second argument; returns 1, 0 at the end of input, -1 on an error.
typedef int (*clibedit_read_function)(clibedit_editor *, int32_t *);

/// Makes wide characters work: without a UTF-8 locale libedit silently drops every byte beyond ASCII.
/// False when the system has neither `C.UTF-8` nor a UTF-8 locale set by the user.
bool clibedit_use_utf8(void);

/// An editor that reads `in` and writes `out`; NULL when out of memory. The caller keeps both streams.
clibedit_editor *clibedit_start(const char *program, FILE *in, FILE *out);
/// Ends an editor and restores its terminal.
void clibedit_end(clibedit_editor *editor);

void clibedit_set_context(clibedit_editor *editor, void *context);
void *clibedit_context(clibedit_editor *editor);
void clibedit_set_prompt(clibedit_editor *editor, clibedit_prompt_function prompt, char escape);
void clibedit_set_read(clibedit_editor *editor, clibedit_read_function read);
void clibedit_set_editor(clibedit_editor *editor, const char *name);
/// `emacs` or `vi`.
const char *clibedit_editor_name(clibedit_editor *editor);
void clibedit_set_terminal_mode(clibedit_editor *editor, const char *mode, const char *setting);
bool clibedit_add_function(clibedit_editor *editor, const char *name, const char *help, clibedit_function function);
/// Binds `key` in the main map, or in vi's command map.
bool clibedit_bind(clibedit_editor *editor, bool alternative, const char *key, const char *function);
/// Removes the binding of `key` in the main map, or in vi's command map.
bool clibedit_unbind(clibedit_editor *editor, bool alternative, const char *key);
/// Redirects libedit's own messages (`bind: Invalid command …`), and everything it draws, to `out`.
void clibedit_set_output(clibedit_editor *editor, FILE *out);
/// Applies one line of the user's settings, as it stands in `~/.editrc`. Lines for other programs, comments and lines
/// that libedit does not understand do nothing.
void clibedit_apply_setting(clibedit_editor *editor, const char *line);
/// Whether editing is on; `edit off` in the settings turns it off.
bool clibedit_is_editing(clibedit_editor *editor);
void clibedit_resize(clibedit_editor *editor);
void clibedit_redraw(clibedit_editor *editor);
/// Switches the terminal to editing (`raw`) or back.
void clibedit_set_raw(clibedit_editor *editor, bool raw);

/// Edits one line. Returns its characters without a terminator, valid until the next call, and their number in `length`.
/// NULL at the end of input, and just as well for an empty line that a bound function ended with `clibedit_newline`:
/// only that function knows which of the two it was.
const uint32_t *clibedit_read_line(clibedit_editor *editor, int *length);
/// The line being edited, without a terminator; valid until it changes.
const uint32_t *clibedit_line(clibedit_editor *editor, size_t *length, size_t *cursor);
/// Inserts `text`, terminated by 0, at the cursor; false when out of memory.
bool clibedit_insert(clibedit_editor *editor, const uint32_t *text);
/// Deletes `count` characters before the cursor.
void clibedit_delete_before(clibedit_editor *editor, int count);
void clibedit_move_cursor(clibedit_editor *editor, int characters);
/// Makes libedit read `keys` before anything typed.
void clibedit_push(clibedit_editor *editor, const char *keys);
/// Reads one more character, for functions that take several.
int clibedit_read_character(clibedit_editor *editor, uint32_t *character);
/// Columns that `character` takes on a terminal; -1 if it is not printable.
int clibedit_width(uint32_t character);

clibedit_history *clibedit_history_start(int size);
void clibedit_history_end(clibedit_history *history);
void clibedit_history_clear(clibedit_history *history);
/// Adds `text`, terminated by 0, as the newest entry.
void clibedit_history_add(clibedit_history *history, const uint32_t *text);
void clibedit_use_history(clibedit_editor *editor, clibedit_history *history);

/// Rows and columns of the terminal behind `descriptor`; false when it has none. From any thread.
bool clibedit_window_size(int descriptor, int *rows, int *columns);
/// A descriptor that a write of 8 bytes makes readable (an eventfd, not blocking); -1 when the system has none. From any
/// thread.
int clibedit_wakeup(void);
/// Writes to `notify` (such a descriptor) whenever the terminal's size changes or the process continues after a stop,
/// until `forget`.
void clibedit_watch_window(int notify);
void clibedit_forget_window(int notify);
/// Keeps the terminal's present settings, to be restored whenever the process ends by code of ours (`exit`, the signals
/// of a crash) and while it is stopped (Ctrl-Z). `restore` restores them now, and forgets them.
void clibedit_guard_terminal(int descriptor);
void clibedit_restore_terminal(int descriptor);

/// From now on SIGTSTP restores every guarded terminal before the process stops. Does nothing where the signal is
/// ignored, as in jobs of a shell without job control. From any thread, any number of times.
void clibedit_catch_stop(void);
/// What is written to `descriptor` before a stop (`leave`) and after it (`enter`): sequences that switch to another screen
/// and back. Both texts must live as long as the process; `descriptor` -1 turns it off.
void clibedit_set_stop_texts(int descriptor, const char *leave, const char *enter);
/// How often the process has continued after a stop since `clibedit_catch_stop`.
int clibedit_continuations(void);
/// Stops the process group, as the terminal does when Ctrl-Z is typed; returns when it continues. Returns at once where a
/// stop has no effect: the signal is ignored, or there is no shell that could continue the group.
void clibedit_stop(void);

#endif
