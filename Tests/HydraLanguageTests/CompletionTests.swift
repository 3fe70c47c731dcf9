import HydraLanguage
import Testing

@Suite struct CompletionTests {
  private func texts(_ text: String) -> [String] { Completer.complete(text).candidates.map(\.text) }

  @Test(arguments: [
    ("no", ["node"]), ("node ", ["add", "list", "inspect", "remove", "kill", "start"]), ("node a", ["add"]),
    ("repeat 3 { node a", ["add"]), ("state; clu", ["cluster"]), ("let n = $(node li", ["list"]),
    ("node add --c", ["--count", "--cpus", "--cluster"]), ("node add --count 3 --c", ["--cpus", "--cluster"]),
    ("state --output ", ["table", "json", "yaml", "names"]), ("state --output=j", ["json"]), ("wa", ["watch", "wait"]),
    ("watch n", ["nodes"]), ("let x = le", ["len("]), ("let x = service(a).re", ["replicas", "ready", "reason"]),
    ("print ${nodes()[0].ip", ["ip"]), ("print ${service(a).nodes[0].sl", ["slot"]),
    ("node add --label a=b --la", ["--label"]),
    ("service add x --replicas 3 --image", ["--image"]), ("ex", ["exit", "expect"]), ("fil", ["filter("]),
    ("time nod", ["node"]), ("time node ki", ["kill"]),
    ("nodes", ["nodes()"]),
  ])
  func candidates(_ text: String, _ expected: [String]) { #expect(texts(text) == expected) }

  @Test(arguments: [
    ("node kill ", CompletionSource.runningNodes, ""), ("node start no", .downNodes, "no"),
    ("service remove ", .services, ""),
    ("node kill node-1 ", .runningNodes, ""), ("cluster destroy ", .clusters, ""),
    ("service add x --image hy", .images, "hy"),
    ("service add x --image=hy", .images, "hy"), ("state --cluster ", .clusters, ""),
    ("wait until service(he", .services, "he"),
    ("let x = node(", .nodes, ""), ("migrate a --to ", .runningNodes, ""), ("help no", .helpTopics, "no"),
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
