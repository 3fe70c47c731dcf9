import HydraDiagnostics
import HydraLanguage
import HydraModel

/// Carries out operations on whatever satisfies the model's protocols.
struct Executor: Sendable {
  let host: RuntimeHost
  let access: ClusterAccess
  /// The cluster of commands that name none; nil for the one in use.
  let cluster: String?

  /// Nodes that are started at the same time; more does not help (measured: 4 workers beat 10).
  static let parallelStarts = 4

  private var directory: any ClusterDirectory { host.directory }

  private func operations() async throws -> any ClusterOperations { try await access.operations(cluster) }

  func run(_ operation: Operation, options: OutputOptions) async throws -> ResultPayload {
    do {
      let payload = try await perform(operation, progress: progress(options))
      if operation.changesClusters { await access.forget() }
      return payload
    } catch {
      // The next command looks up the cluster again.
      await access.forget()
      throw error
    }
  }

  private func progress(_ options: OutputOptions) -> ProgressHandler {
    guard !options.quiet else { return { _ in } }
    let output = host.output
    return { output.progress($0) }
  }

  private func perform(_ operation: Operation, progress: @escaping ProgressHandler) async throws -> ResultPayload {
    switch operation {
    case .clusterStart(let spec):
      let summary = try await directory.start(spec, progress: progress)
      await access.choose(summary.name)
      return .cluster(summary)
    case .clusterDestroy(let name):
      let report = try await directory.destroy(name, progress: progress)
      await access.drop(name)
      return .destroyed(report)
    case .clusterList: return .clusters(try await directory.list())
    case .clusterInspect(let name): return .cluster(try await directory.inspect(name ?? cluster))
    case .clusterUse(let name):
      let summary = try await directory.use(name)
      await access.choose(summary.name)
      return .cluster(summary)
    case .clusterConnect(let url, let token): return .cluster(try await directory.connect(url: url, token: token))
    case .clusterDisconnect(let name): return .cluster(try await directory.disconnect(name ?? cluster))
    case .nodeAdd(let count, let asList, let spec):
      return nodes(try await addNodes(count, spec, progress), asList: asList)
    case .nodeList: return .nodes(try await operations().send(ReadNodes()))
    case .nodeInspect(let name): return .node(try await operations().send(ReadNode(name)))
    case .changeNodes(let changes, let doing, let asList):
      let cluster = try await operations()
      return nodes(
        try await each(changes, doing, progress) { try await cluster.send($0) }, asList: asList)
    case .remove(let removals):
      let cluster = try await operations()
      try await each(removals, "removing", progress) { try await cluster.send($0) }
      return .removed(removals.map(\.name))
    case .serviceAdd(let spec):
      let operations = try await operations()
      return try await deploy(spec, on: operations, progress)
    case .serviceList: return .services(try await operations().send(ReadServices()))
    case .serviceInspect(let alias): return .service(try await operations().send(ReadService(alias)))
    case .migrate(let request):
      let operations = try await operations()
      return try await step(request.service, "migrating", progress) { .migration(try await operations.send(request)) }
    case .state: return .state(try await operations().state())
    case .help(let topic): return .help(topic)
    case .print(let text):
      await host.output.print(text)
      return .value(.null)
    case .printError(let text):
      await host.output.printError(text)
      return .value(.null)
    case .sleep(let nanoseconds):
      try await host.clock.sleep(for: .nanoseconds(nanoseconds))
      return .value(.null)
    case .history(let count):
      let entries = try shell.history
      for (number, entry) in entries.enumerated().suffix(count ?? entries.count) {
        await host.output.print("\(String(number + 1).padded(to: 5))  \(Shown.lines(entry))")
      }
      return .value(.null)
    case .save(let path, let force):
      await host.output.print(try await shell.save(to: path, force: force))
      return .value(.null)
    case .source(let path):
      try shell.source(path)
      return .value(.null)
    case .leave(let status):
      try shell.leave(status: Int32(status))
      return .value(.null)
    }
  }

  private var shell: any ShellControl {
    get throws {
      guard let shell = host.shell else { throw HydraError(.invalidArgument, "there is no shell here") }
      return shell
    }
  }

  /// Deploys a service, with its attempts as progress: a replica that is not healthy is started again, which takes minutes.
  private func deploy(
    _ spec: ServiceSpec, on operations: any ClusterOperations, _ progress: @escaping ProgressHandler
  ) async throws -> ResultPayload {
    let attempts = Task {
      for try await event in operations.events(after: nil) where event.service == spec.alias {
        if event.kind == .replicaStarted || event.kind == .replicaFailed {
          progress(ProgressUpdate(spec.alias, event.message))
        }
      }
    }
    defer { attempts.cancel() }
    return try await step(spec.alias, "deploying", progress) { .service(try await operations.send(AddService(spec))) }
  }

  /// The type of the result follows from what was written, not from how many there are.
  private func nodes(_ nodes: [NodeState], asList: Bool) -> ResultPayload {
    if !asList, nodes.count == 1, let node = nodes.first { return .node(node) }
    return .nodes(nodes)
  }

  /// Runs `work` for one subject and reports progress.
  private func step<T: Sendable>(
    _ subject: String, _ doing: String, _ progress: ProgressHandler, _ work: () async throws -> T
  ) async throws -> T {
    progress(ProgressUpdate(subject, doing))
    do {
      let value = try await work()
      progress(ProgressUpdate(subject, "done", phase: .confirmed))
      return value
    } catch {
      progress(Self.ended(subject))
      throw error
    }
  }

  /// The last update of a step without a result: cancelled by Ctrl-C, or failed.
  private static func ended(_ subject: String, _ details: String = "") -> ProgressUpdate {
    Task.isCancelled
      ? ProgressUpdate(subject, "cancelled\(details)", phase: .undone)
      : ProgressUpdate(subject, "failed\(details)", phase: .failed)
  }

  @discardableResult
  private func each<R, T: Sendable>(
    _ requests: [(name: String, request: R)], _ doing: String, _ progress: ProgressHandler,
    _ work: (R) async throws -> T
  ) async throws -> [T] {
    var results: [T] = []
    for (name, request) in requests {
      results.append(try await step(name, doing, progress) { try await work(request) })
    }
    return results
  }

  /// Adds nodes, a few at the same time. After a failure no more are started; those in progress are awaited, and nodes that
  /// are ready stay.
  private func addNodes(
    _ count: Int, _ spec: NodeSpec, _ progress: @escaping ProgressHandler
  ) async throws -> [NodeState] {
    let operations = try await operations()
    var added: [NodeState] = []
    var failure: (any Error)?
    progress(ProgressUpdate("nodes", "0 of \(count) ready", fraction: 0))
    await withTaskGroup(of: Result<NodeState, any Error>.self) { group in
      var begun = 0
      func begin() {
        begun += 1
        group.addTask {
          do { return .success(try await operations.send(AddNode(spec))) } catch { return .failure(error) }
        }
      }
      while begun < min(count, Self.parallelStarts) { begin() }
      for await result in group {
        switch result {
        case .success(let node):
          added.append(node)
          progress(
            ProgressUpdate(
              "nodes", "\(added.count) of \(count) ready", phase: added.count == count ? .confirmed : .running,
              fraction: Double(added.count) / Double(count)))
        case .failure(let error): if failure == nil { failure = error }
        }
        if failure == nil, begun < count, !Task.isCancelled { begin() }
      }
    }
    if let failure {
      progress(Self.ended("nodes", " with \(added.count) of \(count) ready"))
      guard var error = failure as? HydraError, !added.isEmpty else { throw failure }
      error.message += " (\(added.count) of \(count) nodes were added)"
      throw error
    }
    try Task.checkCancellation()
    return added.sorted { NodeOrder.number($0.name) < NodeOrder.number($1.name) }
  }
}

/// Nodes in the order of their numbers.
enum NodeOrder {
  /// The number in `node-<N>`; the largest there is for another name.
  static func number(_ name: String) -> Int {
    name.split(separator: "-").last.flatMap { Int($0) } ?? .max
  }
}

extension Operation {
  /// Whether other clusters may be there, or in use, afterwards.
  var changesClusters: Bool {
    switch self {
    case .clusterStart, .clusterDestroy, .clusterUse, .clusterConnect, .clusterDisconnect: true
    default: false
    }
  }
}

extension String {
  /// With blanks in front, up to `width` characters.
  fileprivate func padded(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
