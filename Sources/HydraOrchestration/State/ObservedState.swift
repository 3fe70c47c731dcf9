public import FoundationEssentials
public import HydraModel

/// What the engines said last. Rebuilt from nothing when the management node restarts.
public struct ObservedState: Sendable, Equatable {
  /// Nodes by name. A node whose container was never seen is not here.
  public var nodes: [String: ObservedNode]
  /// What the proxy was last told successfully; nil before the first time.
  public var routing: RoutingTable?

  /// Nothing observed yet.
  public init() {
    nodes = [:]
    routing = nil
  }

  /// Condition of node `name`; a node that was never seen is joining.
  public func condition(of name: String) -> NodeCondition { nodes[name]?.condition ?? .joining }

  /// The replica of `service` in `slot` on `node`, with the spec of `fingerprint`.
  public func replica(_ service: String, slot: Int, on node: String, fingerprint: String) -> ObservedReplica? {
    nodes[node]?.replicas.values.first {
      $0.service == service && $0.slot == slot && $0.fingerprint == fingerprint
    }
  }
}

/// What is known of a node's container and of the engine inside.
public struct ObservedNode: Sendable, Equatable {
  /// The node's container; nil when it is gone.
  public var container: ObservedContainer?
  /// Whether it can run replicas.
  public var condition: NodeCondition
  /// Why it is not ready; nil when it is.
  public var reason: String?
  /// Since when it is in this condition.
  public var since: Date
  /// Probes of its engine missed in a row.
  public var missed: Int
  /// Whether it was down and has not been ready since: then it comes back empty.
  public var wasDown: Bool
  /// Replicas by container id, running or not.
  public var replicas: [String: ObservedReplica]
  /// Images known to be there, by the name services use.
  public var images: Set<String>

  /// A node just seen for the first time.
  public init(container: ObservedContainer?, condition: NodeCondition, reason: String? = nil, since: Date) {
    self.container = container
    self.condition = condition
    self.reason = reason
    self.since = since
    missed = 0
    wasDown = false
    replicas = [:]
    images = []
  }
}

/// What the host engine says of a node's container.
public struct ObservedContainer: Sendable, Equatable {
  /// The engine's id.
  public var id: String
  /// Whether it runs.
  public var state: State
  /// Distinguishes one run of the container from the next: changes each time it is started.
  public var incarnation: String
  /// Address on the cluster's network.
  public var ip: String?
  /// Name of its image.
  public var image: String

  /// A container of these parts.
  public init(id: String, state: State, incarnation: String, ip: String?, image: String) {
    self.id = id
    self.state = state
    self.incarnation = incarnation
    self.ip = ip
    self.image = image
  }

  /// Whether a container runs.
  public enum State: Sendable, Equatable {
    /// Made, never started.
    case created
    case running
    case paused
    /// Ended with this exit status.
    case exited(Int)
  }
}

/// A replica's container in a node.
public struct ObservedReplica: Sendable, Equatable {
  /// Id in the node's engine.
  public var id: String
  /// Alias of its service.
  public var service: String
  /// Its slot.
  public var slot: Int
  /// Fingerprint of the spec it was made from.
  public var fingerprint: String
  /// Whether its container runs.
  public var isRunning: Bool
  /// Exit status, once it ended.
  public var exitCode: Int?
  /// Whether it passed its check since it was started.
  public var isHealthy: Bool
  /// What its last check found while it has not passed one; nil before the first.
  public var checkFailure: String?

  /// A replica of these parts.
  public init(
    id: String, service: String, slot: Int, fingerprint: String, isRunning: Bool, exitCode: Int? = nil,
    isHealthy: Bool = false
  ) {
    self.id = id
    self.service = service
    self.slot = slot
    self.fingerprint = fingerprint
    self.isRunning = isRunning
    self.exitCode = exitCode
    self.isHealthy = isHealthy
  }
}
