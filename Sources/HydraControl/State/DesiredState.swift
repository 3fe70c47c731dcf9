public import FoundationEssentials
public import HydraModel

/// What the cluster is to be. Written before it is acted upon, but for what a failover decides.
public struct DesiredState: Sendable, Equatable {
  /// Number of the next node; numbers are not used twice.
  public var nextNode = 1
  /// Nodes by name.
  public var nodes: [String: NodeRecord] = [:]
  /// Services by alias.
  public var services: [String: ServiceRecord] = [:]
  /// Number of the next migration.
  public var nextMigration = 1

  /// A cluster without nodes and services.
  public init() {}

  /// Nodes by number.
  public var orderedNodes: [NodeRecord] { nodes.values.sorted { $0.index < $1.index } }
  /// Services by alias.
  public var orderedServices: [ServiceRecord] { services.values.sorted { $0.spec.alias < $1.spec.alias } }

  /// Services with a task on `node`, by alias.
  public func services(on node: String) -> [ServiceRecord] {
    orderedServices.filter { $0.slots.contains { $0.tasks.contains { $0.node == node } } }
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

  /// A node of these parts.
  public init(index: Int, spec: NodeSpec, phase: Phase = .joining, added: Date) {
    self.name = ClusterNames.node(index)
    self.index = index
    self.spec = spec
    self.phase = phase
    self.added = added
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
public struct ServiceRecord: Sendable, Equatable {
  /// As it was requested.
  public let spec: ServiceSpec
  /// Its replicas, slot 1 first.
  public var slots: [Slot]
  /// Where it is in its life.
  public var phase: Phase
  /// When it was requested.
  public var added: Date
  /// Of its spec: what its containers are labelled with.
  public let fingerprint: String
  /// Whether its spec is one that could be requested. An older version let more pass; what is not valid is not routed.
  public let isValid: Bool

  /// A service none of whose replicas has a node yet.
  public init(spec: ServiceSpec, phase: Phase = .deploying, added: Date) {
    self.init(spec: spec, slots: (1...max(1, spec.replicas)).map { Slot($0) }, phase: phase, added: added)
  }

  init(spec: ServiceSpec, slots: [Slot], phase: Phase, added: Date) {
    self.spec = spec
    self.slots = slots
    self.phase = phase
    self.added = added
    fingerprint = spec.fingerprint
    isValid = spec.problems().isEmpty
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

  /// Whether it has a task on `node`.
  public func occupies(_ node: String) -> Bool { slots.contains { $0.tasks.contains { $0.node == node } } }
}

/// One replica of a service: where it serves, where it is arriving, and where it is leaving.
public struct Slot: Sendable, Codable, Equatable {
  /// Number among the service's replicas, from 1.
  public var number: Int
  /// At most one that serves, at most one that arrives.
  public var tasks: [ReplicaTask]
  /// The running migration of this replica.
  public var migration: String?

  /// Slot `number` without a task.
  public init(_ number: Int, tasks: [ReplicaTask] = [], migration: String? = nil) {
    self.number = number
    self.tasks = tasks
    self.migration = migration
  }

  /// The node of the task with `role`.
  public func node(_ role: ReplicaTask.Role) -> String? { tasks.first { $0.role == role }?.node }
  /// The node it serves on, or is to serve on.
  public var serving: String? { node(.serving) }
  /// The node it is moving to.
  public var arriving: String? { node(.arriving) }
  /// Where people are told that it is: where it arrives, if it moves.
  public var place: String? { arriving ?? serving }
}

/// A container of one replica on one node.
public struct ReplicaTask: Sendable, Codable, Equatable {
  /// The node.
  public var node: String
  /// What for.
  public var role: Role

  /// A task on `node`.
  public init(_ node: String, _ role: Role) {
    self.node = node
    self.role = role
  }

  /// What a task is for.
  public enum Role: String, Sendable, Codable {
    /// It serves, or is started to serve.
    case serving
    /// It is started while another one still serves, whose role it takes once it is routed.
    case arriving
    /// Another one serves in its place: once the proxy sends it nothing it is stopped.
    case leaving
  }
}
