public import FoundationEssentials

/// Something that happened in a cluster. An element of `GET /events`.
public struct ClusterEvent: Sendable, Codable, Equatable {
  /// Number of the event, growing by one, from 1; it survives a restart of the management node.
  public var id: UInt64
  /// When it happened.
  public var time: Date
  /// What happened.
  public var kind: Kind
  /// The node it is about.
  public var node: String?
  /// The service it is about.
  public var service: String?
  /// The migration it belongs to.
  public var migration: String?
  /// What happened, in words for people.
  public var message: String

  /// An event of these parts.
  public init(
    id: UInt64, time: Date, kind: Kind, node: String? = nil, service: String? = nil, migration: String? = nil,
    message: String
  ) {
    self.id = id
    self.time = time
    self.kind = kind
    self.node = node
    self.service = service
    self.migration = migration
    self.message = message
  }

  /// The stable kinds; `<noun>.<what>`.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case clusterStarted = "cluster.started"
    case nodeAdded = "node.added"
    case nodeReady = "node.ready"
    case nodeSuspect = "node.suspect"
    case nodeDown = "node.down"
    case nodeRemoved = "node.removed"
    case serviceAdded = "service.added"
    case serviceHealthy = "service.healthy"
    case serviceDegraded = "service.degraded"
    case serviceRemoved = "service.removed"
    case imageProgress = "image.progress"
    case imageLoaded = "image.loaded"
    case replicaStarted = "replica.started"
    case replicaReady = "replica.ready"
    case replicaFailed = "replica.failed"
    case replicaStopped = "replica.stopped"
    case migrationStarted = "migration.started"
    case migrationPhase = "migration.phase"
    case migrationDone = "migration.done"
    case migrationFailed = "migration.failed"
    case errorReported = "error"
  }
}

/// The move of one replica from one node to another, with the time of each phase.
public struct Migration: Sendable, Codable, Equatable {
  /// `<service>.<slot>-<number>`.
  public var id: String
  /// Alias of the service.
  public var service: String
  /// Which replica.
  public var slot: Int
  /// The node it leaves; nil when it had none.
  public var from: String?
  /// The node it goes to; nil while none is free.
  public var to: String?
  /// Why: "node-2 is down (killed)", "requested".
  public var reason: String
  /// The phases so far, in order.
  public var phases: [Phase]
  /// How it stands.
  public var outcome: Outcome

  /// A migration of these parts.
  public init(
    id: String, service: String, slot: Int, from: String?, to: String?, reason: String, phases: [Phase] = [],
    outcome: Outcome = .running
  ) {
    self.id = id
    self.service = service
    self.slot = slot
    self.from = from
    self.to = to
    self.reason = reason
    self.phases = phases
    self.outcome = outcome
  }

  /// A phase and when it was reached.
  public struct Phase: Sendable, Codable, Equatable {
    /// Which phase.
    public var name: Name
    /// When it was reached.
    public var at: Date

    /// Phase `name`, reached at `at`.
    public init(_ name: Name, at: Date) {
      self.name = name
      self.at = at
    }

    /// The phases of a migration, in order.
    public enum Name: String, Sendable, Codable, CaseIterable {
      case detected, decided, image, started, healthy, routed
    }
  }

  /// How a migration stands.
  public enum Outcome: String, Sendable, Codable, CaseIterable {
    case running, done, failed, waiting
  }

  /// Milliseconds from the first phase to the last; nil before there are two.
  public var milliseconds: Int? {
    guard phases.count > 1, let first = phases.first, let last = phases.last else { return nil }
    return Int((last.at.timeIntervalSince(first.at) * 1000).rounded())
  }
}
