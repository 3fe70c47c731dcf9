/// The records that queries and commands return, with the type of each field: what checking knows of them, and what
/// completes a name after a dot. A test of the runtime compares it with the values themselves.
public enum RecordShape: String, Sendable, CaseIterable {
  case state, node, service, replica, cluster, http, exec, api, proxy, component, migration, phase, removal, failure

  /// The type of such a record.
  public var type: ValueType { Self.types[self] ?? .record }

  /// The keys, in order.
  public var keys: [String] { type.content?.fields?.map(\.key) ?? [] }

  /// The texts that a field may be; nil for one that may be any.
  public func words(of key: String) -> [String]? {
    type.content?.fields?.first { $0.key == key }?.type.content?.words
  }

  /// Whether a record with these keys is one of the model's: it never gets another.
  public static func isFixed(keys: [String]) -> Bool { allKeys.contains(keys) }

  private static let allKeys = Set(allCases.map(\.keys))

  private static let types: [RecordShape: ValueType] = {
    let replica = ValueType.record([
      ("name", .string.orNull), ("state", .word(["pending", "starting", "ready", "failed"])), ("slot", .int),
      ("service_image", .string), ("node_port", .int), ("service_port", .int), ("reason", .string.orNull),
    ])
    let service = ValueType.record([
      ("name", .string), ("image", .string), ("replicas", .int), ("ready", .int),
      ("state", .word(["deploying", "healthy", "degraded", "down", "removing"])), ("reason", .string.orNull),
      ("node_port", .int), ("service_port", .int), ("nodes", .list(of: replica)), ("endpoints", .list(of: .string)),
      ("health", .string.orNull), ("health_host", .string), ("health_timeout", .duration.orNull),
      ("timeout", .duration.orNull), ("tunnel_timeout", .duration.orNull), ("cookie_path", .word(["scope", "keep"])),
    ])
    let node = ValueType.record([
      ("name", .string), ("container", .string),
      ("state", .word(["joining", "ready", "suspect", "down", "removing"])),
      ("ip", .string.orNull), ("services", .list(of: .string)), ("image", .string), ("reason", .string.orNull),
      ("since", .time), ("cpus", .float.orNull), ("memory", .size.orNull), ("labels", .record),
    ])
    let phase = ValueType.record([
      ("name", .word(["detected", "decided", "image", "started", "healthy", "routed"])), ("at", .time),
    ])
    let migration = ValueType.record([
      ("id", .string), ("service", .string), ("slot", .int), ("from", .string.orNull), ("to", .string.orNull),
      ("reason", .string), ("outcome", .word(["running", "done", "failed", "waiting"])),
      ("milliseconds", .number.orNull), ("phases", .list(of: phase)),
    ])
    let api = ValueType.record([("node", .string), ("state", .string), ("service", .string)])
    let proxy = ValueType.record([("endpoint", .string), ("stats", .string)])
    let component = ValueType.record([("name", .string), ("role", .string), ("state", .string), ("ip", .string.orNull)])
    return [
      .replica: replica, .service: service, .node: node, .phase: phase, .migration: migration, .api: api,
      .proxy: proxy, .component: component,
      .state: .record([
        ("name", .string), ("nodes", .list(of: node)), ("services", .list(of: service)), ("api", api),
        ("proxy", proxy), ("migrations", .list(of: migration)),
      ]),
      .cluster: .record([
        ("name", .string), ("state", .word(["running", "degraded", "stopped", "unreachable"])), ("current", .bool),
        ("origin", .word(["local", "remote"])), ("nodes", .int), ("nodes_ready", .int), ("services", .int.orNull),
        ("api", .string), ("proxy", .string), ("stats", .string), ("reason", .string.orNull),
        ("components", .list(of: component)),
      ]),
      .http: .record([
        ("status", .int), ("body", .string), ("headers", .record), ("time", .duration), ("truncated", .bool),
      ]),
      .exec: .record([("output", .string), ("error", .string), ("status", .int), ("time", .duration)]),
      .removal: .record([
        ("name", .string), ("containers", .list(of: .string)), ("networks", .list(of: .string)),
        ("volumes", .list(of: .string)),
      ]),
      .failure: .record([("code", .string), ("message", .string), ("remedy", .string.orNull)]),
    ]
  }()
}
