import HydraLanguage
import Testing

@Suite struct CompletionTests {
  private func texts(_ text: String) -> [String] { Completer.complete(text).candidates.map(\.text) }

  @Test(arguments: [
    ("no", ["node"]), ("node ", ["add", "list", "inspect", "remove", "kill", "start", "pause", "unpause"]),
    ("node a", ["add"]), ("repeat 3 { node a", ["add"]), ("state; clu", ["cluster"]), ("let n = $(node li", ["list"]),
    ("node add --c", ["--count", "--cpus", "--cluster"]), ("node add --count 3 --c", ["--cpus", "--cluster"]),
    ("state --output ", ["table", "json", "yaml", "names"]), ("state --output=j", ["json"]), ("wa", ["watch", "wait"]),
    ("watch n", ["nodes"]), ("let x = le", ["len("]), ("let x = service(a).re", ["replicas", "ready", "reason"]),
    ("print ${nodes()[0].ip", ["ip"]), ("print ${service(a).nodes[0].sl", ["slot"]),
    ("node add --label a=b --la", ["--label"]),
    ("service add x --replicas 3 --image", ["--image"]), ("ex", ["exit", "expect"]), ("fil", ["filter("]),
    ("time nod", ["node"]), ("time node ki", ["kill"]),
    ("nodes", ["nodes()"]),
    // Names that blocks and lambdas define, and the members of what they stand for.
    ("for victim in nodes() { node kill $v", ["$victim"]), ("for victim in nodes() { let x = vic", ["victim"]),
    ("for victim in nodes() { print ${victim.ip", ["ip"]), ("for victim in nodes() { print \"<${victim.ip", ["ip"]),
    ("for i, victim in nodes() { let x = victim.ip", ["ip"]),
    ("parallel for victim in nodes() { print ${victim.ip", ["ip"]),
    ("let web = service(web)\nprint ${web.rea", ["ready", "reason"]), ("let ns = nodes(); let x = ns[0].ip", ["ip"]),
    ("let ns = filter(nodes(), n => n.ip", ["ip"]), ("let x = map(services(), s => s.im", ["image"]),
    ("for s in services() { for r in s.nodes { print ${r.sl", ["slot"]),
    ("def busy(count, kind = \"a\") { print $ki", ["$kind"]), ("def busy(count) { let x = cou", ["count", "count("]),
    ("try { node add } catch err { print $e", ["$err"]), ("let x = filter([1], num => nu", ["num", "null"]),
    ("args { limit: dur", ["duration"]), ("args {\n  a: port = 80\n  --b: f", ["float", "flag"]),
  ])
  func candidates(_ text: String, _ expected: [String]) { #expect(texts(text) == expected) }

  @Test(arguments: [
    ("node kill ", CompletionSource.runningNodes, ""), ("node start no", .downNodes, "no"),
    ("service remove ", .services, ""),
    ("node kill node-1 ", .runningNodes, ""), ("cluster destroy ", .clusters, ""),
    ("service add x --image hy", .images, "hy"),
    ("service add x --image=hy", .images, "hy"), ("state --cluster ", .clusters, ""),
    ("wait until service(he", .services, "he"),
    ("let x = node(", .nodes, ""), ("migrate a --to ", .nodesWithoutService, ""), ("help no", .helpTopics, "no"),
  ])
  func sources(_ text: String, _ source: CompletionSource, _ prefix: String) {
    let completion = Completer.complete(text)
    #expect(completion.sources == [source])
    #expect(completion.prefix == prefix)
    #expect(completion.replaces == (text.utf8.count - prefix.utf8.count)..<text.utf8.count)
  }

  @Test func namesGivenAlreadyAreTold() {
    #expect(Completer.complete("node kill node-1 no").given == ["node-1"])
  }

  @Test func variablesAndDefinitionsOfTheSession() {
    var environment = Environment()
    _ = environment.global("victim")
    #expect(Completer.complete("node kill $v", environment: environment).candidates.map(\.text) == ["$victim"])
    #expect(Completer.complete("print ${vic", environment: environment).candidates.map(\.text) == ["victim"])
    let members = Completer.complete("let x = victim.na", environment: environment) { _ in ["name", "state"] }
    #expect(members.candidates.map(\.text) == ["name"])
  }

  /// Names end with the block that defines them.
  @Test(arguments: [
    "for victim in nodes() { } ; print $vic", "for victim in $vic", "def f(victim) { }\nprint $vic",
    "let x = map(nodes(), victim => 1) ; print $vic", "print 'let victim = 1'; print $vic",
    "# let victim = 1\nprint $vic",
    "print let victim = 1; print $vic", "if true { let victim = 1 }; print $vic", "let vic",
  ])
  func namesAreSeenNowhereElse(_ text: String) { #expect(texts(text) == []) }

  @Test(arguments: [
    ("print 'why", true), ("print \"why", true), ("print \"${len(nodes())} of", true), ("state # why", true),
    ("print http://x/a", true), ("service add web --health /a", true),
    ("", false), ("node ", false), ("node k", false), ("let x = ", false), ("let x = 3 ", false), ("let ", false),
    ("print \"<${", false), ("print 'a' ", false), ("print \"a\" ", false), ("# a\n", false), ("if true {", false),
    ("let x = filter(nodes(), n => n.", false), ("let x = 6 / ", false),
  ])
  func aQuestionMarkIsTextInTextAlone(_ text: String, _ expected: Bool) {
    #expect(Completer.isPlainText(atEndOf: text) == expected)
  }

  /// `?` has something to say at every place.
  @Test(arguments: [
    ("let ", "  expected a name"), ("for x ", "  expected ',' or 'in'"), ("let x = 3 ", "  complete: Enter runs it"),
    ("let x = 3 4", "  expected"),
  ])
  func placesWithoutNamesAreExplained(_ text: String, _ beginning: String) {
    let help = Completer.complete(text).help
    #expect(help.hasPrefix(beginning), "\(help)")
  }

  @Test func theServiceOfACommandIsKnown() {
    let completion = Completer.complete("migrate web --to ")
    #expect(completion.service == "web" && completion.sources == [.nodesWithoutService])
    #expect(Completer.complete("migrate --from n").sources == [.nodesWithService])
  }

  @Test func questionMarkExplains() {
    let help = Completer.complete("node remove ").help
    #expect(help.hasPrefix("usage: node remove NODE… [--force]\n  NODE "))
    #expect(help.contains("the nodes: a name (required)\n  --force "))
    #expect(Completer.complete("node remove node-1 ").items.first?.isRequired == false)
    #expect(Completer.complete("service add web ").items.contains { $0.form == "--image IMAGE" && $0.isRequired })
  }

  @Test func everythingOfferedIsTaken() {
    for noun in CommandTable.nouns {
      for verb in CommandTable.verbs(of: noun) { #expect(texts("\(noun) ").contains(verb)) }
    }
    for command in CommandTable.commands {
      let offered = texts("\(command.name) --")
      for option in command.allOptions { #expect(offered.contains(option.name), "\(command.name) \(option.name)") }
    }
  }
}
