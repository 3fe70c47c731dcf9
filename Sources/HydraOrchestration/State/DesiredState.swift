public import FoundationEssentials
public import HydraModel

/// What the cluster is to be: kept in the store, changed only by people and by the scheduler, and written before it is acted
/// upon. What it is at the moment is in ``ObservedState``; nothing is copied from there to here.
public struct DesiredState: Sendable, Codable, Equatable {
  /// Number of the next node; numbers are not used twice.
  public var nextNode: Int
  /// Nodes by name.
  public var nodes: [String: NodeRecord]
  /// Services by alias.
  public var services: [String: ServiceRecord]
  /// Number of the next migration.
  public var nextMigration: Int
  /// Events have numbers up to this one: after a restart they are counted from there, so that no number means two events.
  public var reservedEvents: UInt64

  /// A cluster without nodes and services.
  public init() {
    nextNode = 1
    nodes = [:]
    services = [:]
    nextMigration = 1
    reservedEvents = 0
  }

  /// Nodes by number.
  public var orderedNodes: [NodeRecord] { nodes.values.sorted { $0.index < $1.index } }
  /// Services by alias.
  public var orderedServices: [ServiceRecord] { services.values.sorted { $0.spec.alias < $1.spec.alias } }

  /// Services with a replica assigned to, or not yet gone from, `node`.
  public func services(on node: String) -> [ServiceRecord] {
    orderedServices.filter { $0.assignments.contains { $0.node == node || $0.previous == node } }
  }
}

/// A node that the cluster is to have.
public struct NodeRecord: Sendable, Codable, Equatable {
  /// `node-<index>`.
  public var name: String
  /// Its number, from 1.
  public var index: Int
  /// As it was requested.
  public var spec: NodeSpec
  /// Where it is in its life.
  public var phase: Phase
  /// When it was requested.
  public var added: Date
  /// Idempotency key of that request.
  public var request: String?

  /// A node of these parts.
  public init(index: Int, spec: NodeSpec, phase: Phase = .joining, added: Date, request: String? = nil) {
    self.name = ClusterNames.node(index)
    self.index = index
    self.spec = spec
    self.phase = phase
    self.added = added
    self.request = request
  }

  /// Where a node is in its life.
  public enum Phase: String, Sendable, Codable {
    /// Its container is still to be made, or was not ready yet for the first time.
    case joining
    /// It was ready once. Should its container be gone now, that is an outage, and nothing makes a new one.
    case active
    /// It is to be emptied and removed.
    case removing
  }
}

/// A service that the cluster is to run.
public struct ServiceRecord: Sendable, Codable, Equatable {
  /// As it was requested.
  public var spec: ServiceSpec
  /// Where each replica is to run; slot 1 first.
  public var assignments: [Assignment]
  /// Where it is in its life.
  public var phase: Phase
  /// When it was requested.
  public var added: Date
  /// Idempotency key of that request.
  public var request: String?

  /// A service none of whose replicas has a node yet.
  public init(spec: ServiceSpec, phase: Phase = .deploying, added: Date, request: String? = nil) {
    self.spec = spec
    self.assignments = (1...max(1, spec.replicas)).map { Assignment(slot: $0) }
    self.phase = phase
    self.added = added
    self.request = request
  }

  /// Where a service is in its life.
  public enum Phase: String, Sendable, Codable {
    /// Not every replica was ready yet.
    case deploying
    /// Every replica was ready once.
    case active
    /// Its replicas are to be stopped, then it is forgotten.
    case removing
  }

  /// Nodes that run, or are to run, a replica of it.
  public var occupiedNodes: Set<String> {
    Set(assignments.compactMap(\.node)).union(assignments.compactMap(\.previous))
  }
}

/// Where one replica is to run.
public struct Assignment: Sendable, Codable, Equatable {
  /// Number among the service's replicas, from 1.
  public var slot: Int
  /// The node it is to run on; nil while no node is free.
  public var node: String?
  /// The node it is moving away from; it keeps serving there until the new one is routed.
  public var previous: String?
  /// The running migration of this replica.
  public var migration: String?

  /// Slot `slot`, on `node`.
  public init(slot: Int, node: String? = nil, previous: String? = nil, migration: String? = nil) {
    self.slot = slot
    self.node = node
    self.previous = previous
    self.migration = migration
  }
}
