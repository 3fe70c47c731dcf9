// For wcwidth.
#define _XOPEN_SOURCE 700

#include "CLibedit.h"

#include <histedit.h>
#include <locale.h>
#include <stdlib.h>
#include <wchar.h>

_Static_assert(sizeof(wchar_t) == sizeof(uint32_t), "wide characters are Unicode scalars here");
_Static_assert(
    clibedit_normal == CC_NORM && clibedit_newline == CC_NEWLINE && clibedit_eof == CC_EOF &&
        clibedit_refresh == CC_REFRESH && clibedit_cursor == CC_CURSOR && clibedit_error == CC_ERROR &&
        clibedit_redisplay == CC_REDISPLAY,
    "results are libedit's own");

bool clibedit_use_utf8(void) {
  return setlocale(LC_CTYPE, "C.UTF-8") != NULL || setlocale(LC_CTYPE, "C.utf8") != NULL ||
         (setlocale(LC_CTYPE, "") != NULL && MB_CUR_MAX > 1);
}

clibedit_editor *clibedit_start(const char *program, FILE *in, FILE *out) {
  return el_init_fd(program, in, out, out, fileno(in), fileno(out), fileno(out));
}

void clibedit_end(clibedit_editor *editor) { el_end(editor); }

void clibedit_set_context(clibedit_editor *editor, void *context) { el_set(editor, EL_CLIENTDATA, context); }

void *clibedit_context(clibedit_editor *editor) {
  void *context = NULL;
  el_get(editor, EL_CLIENTDATA, &context);
  return context;
}

void clibedit_set_prompt(clibedit_editor *editor, clibedit_prompt_function prompt, char escape) {
  el_set(editor, EL_PROMPT_ESC, prompt, escape);
}

void clibedit_set_read(clibedit_editor *editor, clibedit_read_function read) {
  el_wset(editor, EL_GETCFN, (el_rfunc_t)read);
}

void clibedit_set_editor(clibedit_editor *editor, const char *name) { el_set(editor, EL_EDITOR, name); }

const char *clibedit_editor_name(clibedit_editor *editor) {
  const char *name = NULL;
  return el_get(editor, EL_EDITOR, &name) == 0 && name != NULL ? name : "emacs";
}

void clibedit_set_terminal_mode(clibedit_editor *editor, const char *mode, const char *setting) {
  el_set(editor, EL_SETTY, mode, setting, NULL);
}

bool clibedit_add_function(clibedit_editor *editor, const char *name, const char *help, clibedit_function function) {
  return el_set(editor, EL_ADDFN, name, help, function) == 0;
}

bool clibedit_bind(clibedit_editor *editor, bool alternative, const char *key, const char *function) {
  if (alternative) return el_set(editor, EL_BIND, "-a", key, function, NULL) == 0;
  return el_set(editor, EL_BIND, key, function, NULL) == 0;
}

bool clibedit_unbind(clibedit_editor *editor, bool alternative, const char *key) {
  if (alternative) return el_set(editor, EL_BIND, "-a", "-r", key, NULL) == 0;
  return el_set(editor, EL_BIND, "-r", key, NULL) == 0;
}

void clibedit_set_output(clibedit_editor *editor, FILE *out) {
  el_set(editor, EL_SETFP, 1, out);
  el_set(editor, EL_SETFP, 2, out);
}

void clibedit_apply_setting(clibedit_editor *editor, const char *line) {
  Tokenizer *tokenizer = tok_init(NULL);
  int count = 0;
  const char **words = NULL;
  if (tokenizer == NULL) return;
  if (tok_str(tokenizer, line, &count, &words) == 0 && count > 0) el_parse(editor, count, words);
  tok_end(tokenizer);
}

bool clibedit_is_editing(clibedit_editor *editor) {
  int isOn = 1;
  return el_get(editor, EL_EDITMODE, &isOn) != 0 || isOn != 0;
}

void clibedit_resize(clibedit_editor *editor) { el_resize(editor); }

void clibedit_redraw(clibedit_editor *editor) { el_set(editor, EL_REFRESH); }

void clibedit_set_raw(clibedit_editor *editor, bool raw) { el_set(editor, EL_PREP_TERM, raw ? 1 : 0); }

const uint32_t *clibedit_read_line(clibedit_editor *editor, int *length) {
  return (const uint32_t *)el_wgets(editor, length);
}

const uint32_t *clibedit_line(clibedit_editor *editor, size_t *length, size_t *cursor) {
  const LineInfoW *line = el_wline(editor);
  *length = (size_t)(line->lastchar - line->buffer);
  *cursor = (size_t)(line->cursor - line->buffer);
  return (const uint32_t *)line->buffer;
}

bool clibedit_insert(clibedit_editor *editor, const uint32_t *text) {
  return el_winsertstr(editor, (const wchar_t *)text) == 0;
}

void clibedit_delete_before(clibedit_editor *editor, int count) { el_deletestr(editor, count); }

void clibedit_move_cursor(clibedit_editor *editor, int characters) { el_cursor(editor, characters); }

void clibedit_push(clibedit_editor *editor, const char *keys) { el_push(editor, keys); }

int clibedit_read_character(clibedit_editor *editor, uint32_t *character) {
  wchar_t wide = 0;
  int result = el_wgetc(editor, &wide);
  *character = (uint32_t)wide;
  return result;
}

int clibedit_width(uint32_t character) { return wcwidth((wchar_t)character); }
