import HydraLanguage
import HydraModel
import HydraRuntime

/// What can come next on a command line of the user's own shell: the hidden `hydra __complete LINE`, which the scripts of
/// ``CompletionScript`` call. It uses the same completer as hydra's own prompt, names of the cluster included.
struct CommandLineCompletion {
  /// What follows the program's name, up to the cursor.
  let line: String
  let makeServices: @Sendable () async throws -> HydraServices

  /// Words that choose a mode, beside the commands, with the options it takes.
  static let modes: [(word: String, summary: String, options: [LiveNames.Name])] = [
    ("run", "run a script", []),
    (
      "check", "report every error in scripts without running them",
      [.init(text: "--json", description: "print the diagnostics as JSON")]
    ),
    ("plan", "show the calls a script would make", [.init(text: "-c", description: "plan commands given as a string")]),
    (
      "simulate", "run a script in simulated clusters in which things go wrong",
      [
        .init(text: "--seeds", description: "how many seeds"),
        .init(text: "--faults", description: "how much goes wrong: none, some, many"),
      ]
    ),
    (
      "fmt", "format scripts in place",
      [.init(text: "--check", description: "only list the files it would change")]
    ),
    ("completion", "print a completion script for bash, zsh or fish", []),
  ]
  /// Statements that a command line may be.
  private static let statements: [LiveNames.Name] = [
    .init(text: "expect", description: "fail unless a condition is true"),
    .init(text: "wait", description: "wait until a condition is true"),
  ]
  /// Options that take the place of a command.
  private static let firstOptions: [LiveNames.Name] = [
    .init(text: "-c", description: "run commands given as a string"), .init(text: "--help", description: "show help"),
    .init(text: "--version", description: "print the version"),
  ]
  /// How long a cluster may take to respond: nobody waits longer for a Tab.
  private static let patience = Duration.milliseconds(700)

  /// A line `text<TAB>description` for each continuation.
  func answer() async -> String {
    var text = ""
    for name in await candidates() { text += "\(name.text)\t\(name.description)\n" }
    return text
  }

  private func candidates() async -> [LiveNames.Name] {
    var words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    let prefix = line.last == " " ? "" : words.popLast() ?? ""
    let cluster = Self.cluster(in: words)
    // Global options may precede the command.
    while let first = words.first, let takesValue = Self.takesValue(first) {
      guard !takesValue || words.count > 1 else { return await command("\(anyCommand) \(first) ", prefix, cluster) }
      words.removeFirst(takesValue ? 2 : 1)
    }
    guard let head = words.first else {
      if prefix.contains("=") { return await command("\(anyCommand) ", prefix, cluster) }
      return prefix.hasPrefix("-") ? fit(Self.firstOptions + Self.globalOptions, prefix) : first(prefix)
    }
    if let names = scriptArguments(words, prefix) { return names }
    guard let mode = Self.modes.first(where: { $0.word == head }) else {
      return await command(words.joined(separator: " ") + " ", prefix, cluster)
    }
    if head == "simulate", words.last == "--faults" {
      return fit(SimulateRun.FaultLevel.allCases.map { .init(text: $0.rawValue, description: "") }, prefix)
    }
    if prefix.hasPrefix("-") { return fit(mode.options + Self.globalOptions, prefix) }
    return fit(
      head == "completion" ? CompletionScript.shells.map { .init(text: $0, description: "") } : LiveNames.files(prefix),
      prefix)
  }

  /// What may follow the name of a script that declares its arguments; nil where no script is named.
  private func scriptArguments(_ words: [String], _ prefix: String) -> [LiveNames.Name]? {
    let words = ["run", "plan", "simulate"].contains(words.first) ? words.dropFirst() : words[...]
    guard let path = words.first, path.hasSuffix(".hydra"), let bytes = try? ScriptFiles.read(path, input: -1),
      let arguments = ScriptDescription(bytes: bytes, name: path).arguments
    else { return nil }
    let parameters = arguments.parameters
    let given = words.dropFirst()
    if let last = given.last, let option = parameters.first(where: { $0.name == last }), !option.isFlag {
      return option.type == .path ? LiveNames.files(prefix) : []
    }
    let options = parameters.filter { $0.isOption && !given.contains($0.name) }
      .map { LiveNames.Name(text: $0.name, description: $0.summary) }
    if prefix.hasPrefix("-") {
      return fit(options + [.init(text: "--help", description: "show the help of the script")], prefix)
    }
    // Words without a name are in the order that they are declared.
    let plain = parameters.filter { !$0.isOption }
    let place = given.count { !$0.hasPrefix("-") }
    let takesFile = place < plain.count && plain[place].type == .path
    return takesFile ? LiveNames.files(prefix) : prefix.isEmpty ? options : []
  }

  /// A command that takes the global options: what completes their values.
  private var anyCommand: String { CommandID.state.rawValue }

  private static let globalOptions: [LiveNames.Name] =
    CommandTable.globalOptions.map { .init(text: $0.name, description: $0.summary) } + [
      .init(text: "--no-init", description: "start the shell without running init.hydra"),
      .init(text: "--seed", description: "seed of random values, to repeat a run"),
      .init(text: "--strict", description: "treat warnings as errors"),
    ]

  /// Whether the value of a global option is the next word; nil for any other word.
  private static func takesValue(_ word: String) -> Bool? {
    let name = String(word.prefix { $0 != "=" })
    guard globalOptions.contains(where: { $0.text == name }) else { return nil }
    if name == "--seed" { return name == word }
    let option = CommandTable.globalOptions.first { $0.name == name }
    return option?.isFlag == false && name == word
  }

  private func first(_ prefix: String) -> [LiveNames.Name] {
    let nouns = CommandTable.nouns.filter { CommandTable.command($0)?.id.isForShell != true }
    let names =
      nouns.map { LiveNames.Name(text: $0, description: CommandTable.summary(ofNoun: $0)) }
      + Self.modes.map { LiveNames.Name(text: $0.word, description: $0.summary) }
      + Self.statements
    return fit(names, prefix) + (prefix.isEmpty ? [] : fit(LiveNames.files(prefix), prefix))
  }

  /// What may follow `before` in a command, of the word that begins with `prefix`.
  private func command(_ before: String, _ prefix: String, _ cluster: String?) async -> [LiveNames.Name] {
    let completion = Completer.complete(before + prefix)
    var names = completion.candidates.map { LiveNames.Name(text: $0.text, description: $0.description) }
    if !completion.sources.isEmpty, let services = try? await makeServices() {
      names += await live(completion, services, cluster)
      await services.close()
    }
    // `--image=x` is one word of the line, of which the completer replaces what stands behind the `=`.
    let kept = String(prefix.dropLast(completion.prefix.count))
    return names.map { LiveNames.Name(text: kept + $0.text, description: $0.description) }
  }

  private func live(
    _ completion: Completion, _ services: HydraServices, _ cluster: String?
  ) async -> [LiveNames.Name] {
    // The user's own shell knows what `~` is.
    let names = LiveNames(
      directory: services.directory, clock: services.clock, home: nil, images: services.images)
    let monitor = ClusterMonitor(
      directory: services.directory, chosen: cluster, onChange: { _ in }, onEvent: { _ in })
    names.follow(monitor)
    let asking = Task {
      if completion.sources.contains(where: \.isOfACluster) { await monitor.recheck() }
      var found: [LiveNames.Name] = []
      for source in completion.sources {
        found += await names.names(
          for: source, of: nil, service: completion.service, prefix: completion.prefix)
      }
      return found
    }
    let limit = Task {
      try await Task.sleep(for: Self.patience)
      asking.cancel()
    }
    let found = await asking.value
    limit.cancel()
    await monitor.stop()
    return fit(found.filter { !completion.given.contains($0.text) }, completion.prefix)
  }

  private func fit(_ names: [LiveNames.Name], _ prefix: String) -> [LiveNames.Name] {
    names.filter { $0.text.hasPrefix(prefix) }
  }

  private static func cluster(in words: [String]) -> String? {
    for (word, next) in zip(words, words.dropFirst()) where word == "--cluster" { return next }
    return words.first { $0.hasPrefix("--cluster=") }.map { String($0.dropFirst("--cluster=".count)) }
  }
}

extension CompletionSource {
  /// Whether the cluster in use has to be asked.
  fileprivate var isOfACluster: Bool {
    switch self {
    case .nodes, .runningNodes, .downNodes, .nodesWithService, .nodesWithoutService, .services: true
    case .clusters, .connectedClusters, .images, .files, .helpTopics: false
    }
  }
}
