import FoundationEssentials
public import HydraModel

/// What survives a restart of the management node, one JSON document.
///
/// Version 2. The first version, which had no number, is read too: it had an assignment with `node` and `previous` in the
/// place of tasks, and neither requests nor migrations.
public struct SavedState: Sendable, Equatable {
  /// What the cluster is to be.
  public var desired: DesiredState
  /// Requests that have not ended, and results that are remembered; in the order of their arrival.
  public var requests: [RequestRecord]
  /// Recent migrations, oldest first.
  public var migrations: [Migration]
  /// Events have numbers up to this one: after a restart they are counted from there, so that no number means two events.
  public var reservedEvents: UInt64

  /// The version that is written.
  public static let version = 2

  /// A state of these parts.
  public init(
    desired: DesiredState = DesiredState(), requests: [RequestRecord] = [], migrations: [Migration] = [],
    reservedEvents: UInt64 = 0
  ) {
    self.desired = desired
    self.requests = requests
    self.migrations = migrations
    self.reservedEvents = reservedEvents
  }
}

extension SavedState: Codable {
  private enum CodingKeys: String, CodingKey {
    case version, nextNode, nodes, services, nextMigration, reservedEvents, requests, migrations
  }

  /// Reads either version; throws for a later one, which only a later program understands.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let version = try container.decodeIfPresent(Int.self, forKey: .version) ?? 1
    guard version <= SavedState.version else {
      throw HydraError(
        .failed,
        "the state was saved by a later version of hydra (format \(version), this one reads \(SavedState.version))",
        remedy: "use that version's images")
    }
    self.init()
    desired.nextNode = try container.decode(Int.self, forKey: .nextNode)
    desired.nodes = try container.decode([String: NodeRecord].self, forKey: .nodes)
    desired.services = try container.decode([String: ServiceRecord].self, forKey: .services)
    desired.nextMigration = try container.decode(Int.self, forKey: .nextMigration)
    reservedEvents = try container.decodeIfPresent(UInt64.self, forKey: .reservedEvents) ?? 0
    requests = try container.decodeIfPresent([RequestRecord].self, forKey: .requests) ?? []
    migrations = try container.decodeIfPresent([Migration].self, forKey: .migrations) ?? []
  }

  /// Writes version 2.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(SavedState.version, forKey: .version)
    try container.encode(desired.nextNode, forKey: .nextNode)
    try container.encode(desired.nodes, forKey: .nodes)
    try container.encode(desired.services, forKey: .services)
    try container.encode(desired.nextMigration, forKey: .nextMigration)
    try container.encode(reservedEvents, forKey: .reservedEvents)
    try container.encode(requests, forKey: .requests)
    try container.encode(migrations, forKey: .migrations)
  }
}

extension ServiceRecord: Codable {
  private enum CodingKeys: String, CodingKey { case spec, slots, assignments, phase, added }

  /// Where one replica is to run, as version 1 had it.
  private struct Assignment: Decodable {
    var slot: Int
    var node: String?
    var previous: String?
    var migration: String?

    var asSlot: Slot {
      var tasks: [ReplicaTask] = []
      if let previous { tasks.append(ReplicaTask(previous, .serving)) }
      if let node { tasks.append(ReplicaTask(node, previous == nil ? .serving : .arriving)) }
      return Slot(slot, tasks: tasks, migration: migration)
    }
  }

  /// Reads either version.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let slots =
      try container.decodeIfPresent([Slot].self, forKey: .slots)
      ?? container.decode([Assignment].self, forKey: .assignments).map(\.asSlot)
    self.init(
      spec: try container.decode(ServiceSpec.self, forKey: .spec), slots: slots,
      phase: try container.decode(Phase.self, forKey: .phase), added: try container.decode(Date.self, forKey: .added))
  }

  /// Writes version 2.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(spec, forKey: .spec)
    try container.encode(slots, forKey: .slots)
    try container.encode(phase, forKey: .phase)
    try container.encode(added, forKey: .added)
  }
}
