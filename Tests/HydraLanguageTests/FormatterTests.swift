import HydraDiagnostics
import HydraLanguage
import Testing

@Suite struct FormatterTests {
  static func format(_ text: String) -> String? {
    var sources = SourceMap()
    return Formatter.format(sources.add(name: "t", text: text)).text
  }

  private static let messy = """
    #!/usr/bin/env hydra
    #  about


    let   replicas=3   # how many
    cluster   start test --port=4000 \\
       --nodes 2
    defer{cluster destroy test}
    repeat  5{ node add ;node add }
    if $replicas>2 and not(1+2*-3==4){   # why
    print "a  b ${ 1+1 }"   'c  d'


    # inside
    } else if true { state } else {
          print x
    }
    def f(a,b=1){ return [ $a ,{k:$b} ][0] }
    try { f 1 } catch e {
    }
    wait   until len( nodes( ) )==2 within 5s
    expect service(my-app) . ready == 3 within 2s ,"no ${replicas}"
    let x = (1 +   # one
      2)
    for s in filter(services(),s=>s.ready>0) { print ${s.name} } # last
    watch nodes --until=1==1 --for 3s; state

    """

  @Test func theOneForm() {
    #expect(
      Self.format(Self.messy) == """
        #!/usr/bin/env hydra
        #  about

        let replicas = 3  # how many
        cluster start test --port=4000 \\
          --nodes 2
        defer { cluster destroy test }
        repeat 5 { node add; node add }
        if $replicas > 2 and not (1 + 2 * -3 == 4) {  # why
          print "a  b ${ 1+1 }" 'c  d'

          # inside
        } else if true { state } else {
          print x
        }
        def f(a, b = 1) { return [$a, {k: $b}][0] }
        try { f 1 } catch e {
        }
        wait until len(nodes()) == 2 within 5s
        expect service(my-app).ready == 3 within 2s, "no ${replicas}"
        let x = (1 +   # one
          2)
        for s in filter(services(), s => s.ready > 0) { print ${s.name} }  # last
        watch nodes --until=1==1 --for 3s; state

        """)
  }

  @Test func declaredArgumentsKeepTheirCommasAndComments() {
    #expect(
      Self.format(
        "# about\nargs{ a :int=3 'n' ,b: string  }\nparallel{ {print 1 };print 2 }\nparallel  for i,x in[1]{ }\nset r . a[ 0 ]=1\n"
      )
        == """
        # about
        args { a: int = 3 'n', b: string }
        parallel { { print 1 }; print 2 }
        parallel for i, x in [1] { }
        set r.a[0] = 1

        """)
    #expect(
      Self.format("args {\n\n a:int,b:string  # both\n  --dry-run:flag   \"x  y\"\n\n\n# last\n rest:list ; }\n") == """
        args {
          a: int, b: string  # both
          --dry-run: flag "x  y"

          # last
          rest: list
        }

        """)
  }

  @Test func formattingAgainChangesNothingAndTheMeaningStays() {
    var texts = [
      Self.messy, "", "\n\n", "# only", "state", "state # c", "def f(a, # one\n  b = 2) {\nreturn $a # two\n}\nf 1",
      "state;;;# c", "\t state\t\r\n",
      "watch   --until   'len(nodes())  == 2'   --for 2s", "watch --until= 1 == 2", "watch --until=",
      "watch --until= \\\n 1==2 --for=2s", "if true {\n# only\n}",
      "def f(a = (1) , ) {print $a }; f 1", "def f(a,){ }; f 1; len( [1,] , )", "def f() {\n\n\nreturn\n}\nf",
    ]
    texts += CommandTable.commands.flatMap(\.examples)
    for text in texts { check(text) }
  }

  /// Right programs put together at random from right statements.
  @Test(arguments: 0..<50) func randomPrograms(_ seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<20 { check(Self.program(&generator, depth: 0)) }
  }

  private static func pick<T>(_ list: [T], _ generator: inout SeededGenerator) -> T {
    list[Int.random(in: 0..<list.count, using: &generator)]
  }

  private static func expression(_ generator: inout SeededGenerator, depth: Int) -> String {
    let atoms = [
      "1", "2.5", "3s", "\"a ${1 +  2}\"", "'r  $'", "true", "null", "$args", "args", "env(HOME)", "nodes()", "[]",
      "{}", "64MiB",
    ]
    guard depth < 4 else { return pick(atoms, &generator) }
    func inner(_ generator: inout SeededGenerator) -> String { expression(&generator, depth: depth + 1) }
    let blank = pick(["", " ", "  "], &generator)
    switch Int.random(in: 0...9, using: &generator) {
    case 0: return "(\(blank)\(inner(&generator))\(blank))"
    case 1: return "[\(inner(&generator))\(blank),\(inner(&generator))]"
    case 2: return "{a\(blank):\(inner(&generator)), 'b c':\(blank)\(inner(&generator))}"
    case 3:
      return
        "(\(inner(&generator)))\(blank)\(pick(["+", "-", "*", "/", "=="], &generator))\(blank)(\(inner(&generator)))"
    case 4: return "not (\(inner(&generator))) and (\(inner(&generator)))"
    case 5: return "-\(blank)(\(inner(&generator)))"
    case 6: return "len(\(blank)\(inner(&generator))\(blank))"
    case 7: return "map(\(inner(&generator)),x\(blank)=>\(blank)\(inner(&generator)))"
    case 8: return "(\(inner(&generator))).name[\(blank)0]"
    default: return pick(atoms, &generator)
    }
  }

  private static func program(_ generator: inout SeededGenerator, depth: Int) -> String {
    var text = ""
    for number in 0..<Int.random(in: 0...5, using: &generator) {
      let value = expression(&generator, depth: 1)
      let block =
        depth < 3
        ? "{\(pick(["", "\n", " # c\n", "\n\n"], &generator))\(program(&generator, depth: depth + 1))}" : "{ }"
      switch Int.random(in: 0...24, using: &generator) {
      case 0: text += "let v\(depth)x\(number)  =\(value)"
      case 1: text += "if (\(value)) == 1 \(block) else\(block)"
      case 2: text += "repeat 3\(block)"
      case 3: text += "for i in [\(value)]\(block)"
      case 4: text += "print  x${\(value)}  \"a $args\"   'b'"
      case 5: text += "node add   --count   2 \\\n  --label a=b"
      case 6: text += "expect (\(value)) == 1 within 3s , \"x\""
      case 7: text += "try\(block)catch e\(block)"
      case 8: text += "wait   until (\(value)) == 1 within 5s"
      case 9: text += "while (\(value)) == 1 \(block)"
      case 18: text += "parallel{\(block);print  a  ;\(block)\n}"
      case 19: text += "parallel   for i , x in [\(value)]\(block)"
      case 20: text += "for k , v in {a:\(value)}\(block)"
      case 21: text += "let p\(depth)x\(number)={a:[ 1 ]};set   p\(depth)x\(number) . a[ -1 ]=\(value)"
      case 22: text += "fail   \(value)"
      case 23: text += "exit   ${\(value)}"
      case 24: text += "let q\(depth)x\(number)={ [ \(value) ] :1 , b : sort( [] , x=>x ) }[ 0 .. 1 ]"
      case 10: text += "defer\(block)"
      case 11: text += "print   len( \(value) )  $( node   list )\t'x'"
      case 12: text += "let w\(depth)x\(number) = [ 1, # in a list\n  2 ,\n (\(value))]"
      case 13: text += "len( [ \(value) , # in a call\n 2 ] )"
      case 14: text += "watch   --until (\(value)) == 1   --for 2s"
      case 15: text += "if (\(value)) == 1\(block) else if true\(block)"
      default: text += "# comment \(number)"
      }
      text += pick(["\n", "\n\n\n", "  # after\n", ";\n"], &generator)
    }
    return text
  }

  private func check(_ text: String) {
    guard let once = Self.format(text) else {
      Issue.record("not right: \(text)")
      return
    }
    #expect(Self.format(once) == once, "\(text)\n---\n\(once)")
    #expect(meaning(once) == meaning(text), "\(text)\n---\n\(once)")
    #expect(comments(once) == comments(text), "\(text)\n---\n\(once)")
  }

  private func comments(_ text: String) -> [String] {
    var sources = SourceMap()
    let file = sources.add(name: "t", text: text)
    return Parser.parse(file).script.comments.map { comment in
      var text = file.text(comment)
      while let last = text.last, last.isWhitespace { text.removeLast() }
      return text
    }
  }

  /// The operations a text compiles to, and what they refer to.
  private func meaning(_ text: String) -> String {
    var sources = SourceMap()
    let file = sources.add(name: "t", text: text)
    let compilation = Compiler.compile(file, sources: &sources, environment: .forScripts)
    guard let program = compilation.program else {
      return compilation.diagnostics.map(\.message).joined(separator: "\n")
    }
    let functions = ([program.main] + program.functions).map { "\($0.code)" }
    let commands = program.commands.map {
      "\($0.spec.name) \($0.arguments.map { "\($0.parameter.name)=\($0.constant?.source ?? "?")" })"
    }
    return "\(functions)\(program.constants.map(\.source))\(program.names)\(program.shapes)\(commands)"
  }
}
