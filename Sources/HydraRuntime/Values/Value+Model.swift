public import HydraLanguage
public import HydraModel

// The model as values: the one place. Keys are those of the JSON payloads, in the order people read them; what JSON leaves
// out because it is nil is null here, so that a program can ask for it.

extension Value {
  /// A node.
  public init(_ node: NodeState) {
    self = .record(
      Record([
        ("name", .string(node.name)), ("container", .string(node.container)), ("state", .string(node.state.rawValue)),
        ("ip", Value(node.ip)),
        ("services", .list(node.services.map(Value.string))), ("image", .string(node.image)),
        ("reason", Value(node.reason)), ("since", Value(node.since)), ("cpus", Value(node.cpus)),
        ("memory", node.memory.map { .size(Int($0)) } ?? .null), ("labels", Value(node.labels)),
      ]))
  }

  /// A replica, as an element of a service's `nodes`.
  public init(_ replica: ReplicaState) {
    self = .record(
      Record([
        ("name", Value(replica.name)), ("state", .string(replica.state.rawValue)), ("slot", .int(replica.slot)),
        ("service_image", .string(replica.serviceImage)), ("node_port", .int(replica.nodePort)),
        ("service_port", .int(replica.servicePort)), ("reason", Value(replica.reason)),
      ]))
  }

  /// A service.
  public init(_ service: ServiceState) {
    self = .record(
      Record([
        ("name", .string(service.name)), ("image", .string(service.image)), ("replicas", .int(service.replicas)),
        ("ready", .int(service.ready)), ("state", .string(service.state.rawValue)), ("reason", Value(service.reason)),
        ("node_port", .int(service.nodePort)), ("service_port", .int(service.servicePort)),
        ("nodes", .list(service.nodes.map { Value($0) })), ("endpoints", .list(service.endpoints.map(Value.string))),
        ("health", Value(service.health)), ("health_host", .string(service.traffic.healthHost)),
        ("health_timeout", .duration(seconds: service.traffic.healthTimeout)),
        ("timeout", .duration(seconds: service.traffic.timeout)),
        ("tunnel_timeout", .duration(seconds: service.traffic.tunnelTimeout)),
        ("cookie_path", .string(service.traffic.cookiePath.rawValue)),
      ]))
  }

  /// A migration; `milliseconds` is the time from its first phase to its last.
  public init(_ migration: Migration) {
    let phases = migration.phases.map { phase in
      Value.record(
        Record([("name", .string(phase.name.rawValue)), ("at", Value(phase.at))]))
    }
    self = .record(
      Record([
        ("id", .string(migration.id)), ("service", .string(migration.service)), ("slot", .int(migration.slot)),
        ("from", Value(migration.from)), ("to", Value(migration.to)), ("reason", .string(migration.reason)),
        ("outcome", .string(migration.outcome.rawValue)), ("milliseconds", Value(migration.milliseconds)),
        ("phases", .list(phases)),
      ]))
  }

  /// A cluster's whole state.
  public init(_ state: ClusterState) {
    self = .record(
      Record([
        ("name", .string(state.name)), ("nodes", .list(state.nodes.map { Value($0) })),
        ("services", .list(state.services.map { Value($0) })),
        (
          "api",
          .record(
            Record([
              ("node", .string(state.api.node)), ("state", .string(state.api.state)),
              ("service", .string(state.api.service)),
            ]))
        ),
        (
          "proxy",
          .record(Record([("endpoint", .string(state.proxy.endpoint)), ("stats", .string(state.proxy.stats))]))
        ),
        ("migrations", .list(state.migrations.map { Value($0) })),
      ]))
  }

  /// A cluster in a list.
  public init(_ cluster: ClusterSummary) {
    let components = cluster.components.map { component in
      Value.record(
        Record([
          ("name", .string(component.name)), ("role", .string(component.role.rawValue)),
          ("state", .string(component.state)), ("ip", Value(component.ip)),
        ]))
    }
    self = .record(
      Record([
        ("name", .string(cluster.name)), ("state", .string(cluster.state.rawValue)),
        ("current", .bool(cluster.current)), ("origin", .string(cluster.origin.rawValue)),
        ("nodes", .int(cluster.nodes)), ("nodes_ready", .int(cluster.nodesReady)),
        ("services", Value(cluster.services)), ("api", .string(cluster.api)), ("proxy", .string(cluster.proxy)),
        ("stats", .string(cluster.stats)), ("reason", Value(cluster.reason)), ("components", .list(components)),
      ]))
  }

  /// What was removed with a cluster.
  public init(_ report: DestroyReport) {
    self = .record(
      Record([
        ("name", .string(report.name)), ("containers", .list(report.containers.map(Value.string))),
        ("networks", .list(report.networks.map(Value.string))),
        ("volumes", .list(report.volumes.map(Value.string))),
      ]))
  }

  /// An event.
  public init(_ event: ClusterEvent) {
    self = .record(
      Record([
        ("id", .int(Int(clamping: event.id))), ("time", Value(event.time)),
        ("kind", .string(event.kind.rawValue)), ("node", Value(event.node)), ("service", Value(event.service)),
        ("migration", Value(event.migration)), ("message", .string(event.message)),
      ]))
  }

  /// The response to an HTTP request.
  public init(_ answer: HTTPProbeAnswer) {
    self = .record(
      Record([
        ("status", .int(answer.status)), ("body", .string(answer.body)),
        ("headers", .record(Record(answer.headers.map { ($0.name, .string($0.value)) }))),
        ("time", Value(answer.time)), ("truncated", .bool(answer.isTruncated)),
      ]))
  }

  /// How a program ended; what is not UTF-8 in its output is replaced by U+FFFD.
  public init(_ result: ProgramResult) {
    self = .record(
      Record([
        ("output", .string(String(decoding: result.output, as: UTF8.self))),
        ("error", .string(String(decoding: result.error, as: UTF8.self))), ("status", .int(result.status)),
        ("time", Value(result.time)),
      ]))
  }

  /// Texts by name, sorted by name.
  init(_ pairs: [String: String]) {
    self = .record(Record(pairs.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
  }
}

extension ResultPayload {
  /// The same as a value of the language.
  public var value: Value {
    switch self {
    case .clusters(let clusters): .list(clusters.map { Value($0) })
    case .cluster(let cluster): Value(cluster)
    case .destroyed(let report): Value(report)
    case .nodes(let nodes): .list(nodes.map { Value($0) })
    case .node(let node): Value(node)
    case .services(let services): .list(services.map { Value($0) })
    case .service(let service): Value(service)
    case .migration(let migration): Value(migration)
    case .state(let state): Value(state)
    case .removed(let names): .list(names.map(Value.string))
    case .value(let value): value
    case .help: .null
    }
  }
}

extension Value {
  /// A duration; null when it does not fit in one.
  fileprivate static func duration(seconds: Double) -> Value {
    Int(exactly: (seconds * 1e9).rounded()).map(Value.duration) ?? .null
  }
}
