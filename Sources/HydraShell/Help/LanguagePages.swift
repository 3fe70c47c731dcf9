import HydraLanguage

/// The pages of `help` on the language.
enum LanguagePages {
  struct Page {
    let name: String
    let summary: String
    /// Other words that lead here.
    let words: [String]
    let text: String
  }

  static let pages = [
    Page(
      name: "language", summary: "the language on one page", words: ["syntax", "script", "scripts"],
      text: """
          # a comment                          to the end of the line
          node add --count 2; state            statements end with the line or ';'
          let n = 3                            a variable; set n = 4 changes it
          service add web --image nginx:1 \\
            --replicas $n …                    a '\\' at the end continues; so does an open block
          print "ready: ${service(web).ready}" ${…} in "…" is evaluated; '…' is taken literally
          let added = $(node add)              the result of a command
          set plan.web[0] = 9001               a part of a value; a new key extends a record

          if len(nodes()) < 5 { node add } else { print "enough" }
          for s in services() { print "${s.name}: ${s.ready}" }
          repeat 5 { node add }
          wait until service(web).ready == $n within 30s
          expect http("http://localhost:8888/web").status == 200 within 2s, "no response"
          try { node remove node-9 } catch e { print ${e.message} }
          defer { cluster destroy test }       runs when the block exits, however it exits
          parallel { node add; node add }      at the same time; the first failure cancels the rest
          fail "no capacity"; exit 3           ends with a failure, or with a status

        A script is checked as a whole before anything runs, and stops at the first failure.

        """),
    Page(
      name: "values", summary: "literals, variables and operators",
      words: ["let", "set", "duration", "size", "list", "record", "range", "literals", "operators"],
      text: """
          null true false 42 1.5 "text" 250ms 5s 2m 64MiB [1, 2] {name: "a"} 1..5
          let x = 3        set x = $x + 1       in an expression the '$' is optional
          list[0]          record.name          == != < <= > >= + - * / % and or not in
          list[1..3]       list[1..-1]          a slice; negative numbers count from the end
          {[key]: 1}       record + {b: 2}      a computed key; records merged, the right one wins
          set list[0] = 1  set record.a.b = 2   changes a part in place, and no other variable

        """),
    Page(
      name: "wait", summary: "wait for a condition, or require it", words: ["expect", "until", "within"],
      text: """
          wait until EXPR within TIME           continues as soon as EXPR is true
          expect EXPR [within TIME] [, "why"]   the same as a test: exit status 3 if it is not met

        What does not exist yet counts as "not yet". A failure shows the expression and its last value.

        """),
    Page(
      name: "control", summary: "if, for, repeat, while, def, try, defer, parallel, fail, exit",
      words: [
        "if", "else", "for", "repeat", "while", "break", "continue", "def", "return", "try", "catch", "defer",
        "include", "fail", "parallel",
      ],
      text: """
          if EXPR { … } else { … }              for NAME in LIST { … }
          while EXPR { … }                      repeat N { … }
          break, continue                       leave a loop, or start its next iteration
          def NAME(a, b = 1) { … return … }     a definition; NAME(1, 2) calls it
          try { … } catch e { … }               e has code, message, remedy
          for I, NAME in LIST { … }             with the index; for KEY, VALUE in a record
          parallel { …; { … } }                 each statement or block at the same time
          parallel for NAME in LIST { … }       all iterations of the loop at the same time
          fail "why"                            a failure of your own; exit [N] ends the script with a status
          defer { … }                           runs when the block exits, also on Ctrl-C
          include 'other.hydra'                 as if its text were here

        """),
    Page(
      name: "arguments", summary: "declare what a script takes: args { … }", words: ["args"],
      text: """
          args {
            image: string "image to deploy"     required: it has no default
            count: int = 3                      may be left out
            --limit: duration = 30s             an option
            --dry: flag                         true if given
            nodes: list                         all remaining words
          }

        The first statement of a script. Each becomes a variable (--dry-run is dry_run) and is checked before the
        script runs. Types: string, int, float, bool, duration, size, port, path, url, flag, list. 'hydra FILE --help' shows
        them. Without declared arguments, 'args' is the list of all words.

        """),
    Page(
      name: "functions", summary: "functions for expressions", words: ["queries"],
      text: FunctionTable.functions.map { function in
        let usage = function.usage
        return "  \(usage)\(String(repeating: " ", count: max(34 - usage.count, 1)))\(function.summary)\n"
      }.joined()),
    Page(
      name: "shell", summary: "keys of the shell", words: ["keys"],
      text: """
          Tab          complete; twice: list choices       ?        at the end of a line: what can come next
          Up, Down     entries with the same beginning     Ctrl-R   search the history
          Ctrl-C       discard the line, or cancel the running command and roll it back
          Ctrl-D       leave (on an empty line)            exit     leave
          history      list what was typed                 save     write it to a script
          source       run a script in this session        time     show how long a command takes

        Keys are those of emacs; `hydra:bind -v` in ~/.editrc selects those of vi. Cluster events appear above the prompt.

        """),
  ]
}
