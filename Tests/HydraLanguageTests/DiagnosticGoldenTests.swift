import Testing

@Suite struct DiagnosticGoldenTests {
  @Test func unknownVerb() {
    #expect(
      diagnose("node ad --count 2\n") == """
        t.hydra:1:6: error: unknown verb 'ad' of 'node'
          1 | node ad --count 2
            |      ^^
            = did you mean 'add'?

        """)
  }

  @Test func everyErrorOfAFileAtOnceInOrder() {
    #expect(
      diagnose(
        """
        nod add
        cluster start test --port 99999
        let x = $y + 1
        service add a --image i --node-port 1
        break
        """) == """
          t.hydra:1:1: error: unknown command 'nod'
            1 | nod add
              | ^^^
              = did you mean 'node'?
          t.hydra:2:27: error: --port is '99999', expected a port from 0 to 65535
            2 | cluster start test --port 99999
              |                           ^^^^^
          t.hydra:3:9: error: unknown variable 'y'
            3 | let x = $y + 1
              |         ^^
              = define it with 'let y = …', or quote it to mean the text
          t.hydra:4:1: error: 'service add' needs --service-port
            4 | service add a --image i --node-port 1
              | ^^^^^^^^^^^
              = usage: service add ALIAS --image IMAGE [--replicas N] --node-port PORT --service-port PORT \
          [--env KEY=VALUE]… [--env-file PATH]… [--cpus N] [--memory SIZE] [--within TIME] [--health PATH] \
          [--health-host HOST] [--health-timeout TIME] [--timeout TIME] [--tunnel-timeout TIME] \
          [--cookie-path scope|keep] [-- COMMAND…]
          t.hydra:5:1: error: 'break' outside a loop
            5 | break
              | ^^^^^

          """)
  }

  @Test func caretsGoByDisplayWidth() {
    #expect(
      diagnose("print \"日本\" 'e\u{301}' \"👩‍👩‍👧\" \t $nope\n") == """
        t.hydra:1:22: error: unknown variable 'nope'
          1 | print "日本" 'e\u{301}' "👩‍👩‍👧"      $nope
            |                            ^^^^^
            = define it with 'let nope = …', or quote it to mean the text

        """)
  }

  @Test func commandLineIsTheSource() {
    #expect(
      diagnose(words: ["node", "add", "--cuont", "2"]) == """
        error: unknown option '--cuont' of 'node add'
          node add --cuont 2
                   ^^^^^^^
          = did you mean '--count'?

        """)
    #expect(
      diagnose(words: ["service", "remove", "a b", "--colour"]) == """
        error: unknown option '--colour' of 'service remove'
          service remove 'a b' --colour
                               ^^^^^^^^
          = it has only the options common to all commands: --cluster, --output, --wide, --no-color, --quiet

        """)
  }

  @Test func expectedCandidates() {
    #expect(
      diagnose("wait until true whithin 3s\n") == """
        t.hydra:1:17: error: expected an operator, 'and', 'or' or 'within', found 'whithin'
          1 | wait until true whithin 3s
            |                 ^^^^^^^

        """)
    #expect(
      diagnose("if 1 == 1 print x\n") == """
        t.hydra:1:11: error: expected an operator, 'and', 'or' or '{', found 'print'
          1 | if 1 == 1 print x
            |           ^^^^^

        """)
  }

  @Test func noMoreThanAThousandErrorsAreKept() {
    #expect(codes(String(repeating: "nod list\n", count: 1200)).count == 1000)
    #expect(codes(String(repeating: "let = 1\n", count: 1200)).count == 1000)
  }

  /// One would silently be left out of the help, and by the formatter.
  @Test func descriptionsOfArgumentsHaveNoVariables() {
    for text in ["args { a: int = 1 \"about $b\" }\nprint $a", "args{e:string=\"\"\"$a\"}"] {
      #expect(diagnose(text).contains("expected a description without variables"), "\(diagnose(text))")
    }
  }

  @Test func habitsOfOtherLanguages() {
    #expect(diagnose("expect 1 == 1 && true").contains("= write 'and'"))
    #expect(diagnose("expect 1 == 1 || true").contains("= write 'or'"))
    #expect(diagnose("if !true { }").contains("= write 'not'"))
    #expect(diagnose("if x = 3 { }").contains("compare with '=='"))
    #expect(diagnose("state | less").contains("there are no pipes"))
    #expect(diagnose("print (len(nodes()))").contains("write ${…} around an expression"))
    #expect(diagnose("node add -count 3").contains("did you mean '--count'?"))
  }

  @Test func secretsAreNotRepeated() {
    let text = diagnose("cluster connect nonsense --token hunter2")
    #expect(text.contains("URL is 'nonsense', expected a URL such as http://host:4000"))
    #expect(!text.split(separator: "\n")[0].contains("hunter2"))
  }

  @Test func controlCharactersNeverReachTheTerminal() {
    let text = diagnose("print \u{1B}[31mred\u{7}\n")
    #expect(!text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x07 })
  }

  @Test func longLinesAreCutAroundTheCarets() {
    let text = diagnose(
      "print " + String(repeating: "a ", count: 5000) + "$nope " + String(repeating: "b ", count: 5000))
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count < 200 })
    #expect(lines[1].contains("$nope"))
    let caret = lines[2].firstIndex(of: "^").map { lines[2].distance(from: lines[2].startIndex, to: $0) }
    let mark = lines[1].firstIndex(of: "$").map { lines[1].distance(from: lines[1].startIndex, to: $0) }
    #expect(caret == mark)
  }

  @Test func definitionsAreChecked() {
    #expect(
      diagnose(
        """
        def f(a, b = 1) { return $a + $b; print never }
        f
        f 1 2 3
        print ${f(1, 2)} ${g(1)}
        def unused() { }
        """) == """
          t.hydra:1:35: warning: this is never reached: it follows 'return'
            1 | def f(a, b = 1) { return $a + $b; print never }
              |                                   ^^^^^^^^^^^
          t.hydra:2:1: error: 'f' takes 1 to 2 arguments, 0 are given
            2 | f
              | ^
              = usage: f(a, b=…)
          t.hydra:3:1: error: 'f' takes 1 to 2 arguments, 3 are given
            3 | f 1 2 3
              | ^
              = usage: f(a, b=…)
          t.hydra:4:20: error: unknown function 'g'
            4 | print ${f(1, 2)} ${g(1)}
              |                    ^
          t.hydra:5:5: warning: 'unused' is defined but never called
            5 | def unused() { }
              |     ^^^^^^

          """)
  }
}
