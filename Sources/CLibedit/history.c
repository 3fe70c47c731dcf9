#include "CLibedit.h"

#include <histedit.h>

clibedit_history *clibedit_history_start(int size) {
  HistoryW *history = history_winit();
  HistEventW event;
  if (history != NULL) history_w(history, &event, H_SETSIZE, size);
  return history;
}

void clibedit_history_end(clibedit_history *history) { history_wend(history); }

void clibedit_history_clear(clibedit_history *history) {
  HistEventW event;
  history_w(history, &event, H_CLEAR);
}

void clibedit_history_add(clibedit_history *history, const uint32_t *text) {
  HistEventW event;
  history_w(history, &event, H_ENTER, (const wchar_t *)text);
}

void clibedit_use_history(clibedit_editor *editor, clibedit_history *history) {
  el_wset(editor, EL_HIST, history_w, history);
}
