public import HydraModel

/// What the engines and the proxy said last. Rebuilt when the management node restarts; only what an outside system said
/// changes it.
public struct ObservedState: Sendable, Equatable {
  /// Nodes by name. A node whose container was never seen is not here.
  public var nodes: [String: ObservedNode] = [:]
  /// What the proxy was last told successfully.
  public var routing = RoutingTable()
  /// Whether it was told anything by this process.
  public var isRoutingKnown = false
  /// Servers that it may also send requests to: it was told so, and nobody knows whether it heard.
  public var attempted: Set<RoutingTable.Entry> = []

  /// Nothing observed yet.
  public init() {}

  /// Condition of node `name`; a node that was never seen is joining.
  public func condition(of name: String) -> NodeCondition { nodes[name]?.condition ?? .joining }

  /// The replica of `record` in `slot` on `node`, made from its spec.
  public func replica(_ record: ServiceRecord, _ slot: Int, on node: String) -> ObservedReplica? {
    nodes[node]?.replicas.first {
      $0.slot == slot && $0.service == record.spec.alias && $0.fingerprint == record.fingerprint
    }
  }

  /// Whether the proxy may send requests for `service` to `node`.
  public func mayRoute(_ service: String, to node: String) -> Bool {
    !isRoutingKnown || routing.routes(service, to: node) || attempted.contains(.init(service, node))
  }

  /// Whether what runs on `node` keeps running, as far as is known. A node that came back is emptied first. One that has not
  /// been asked since the management node started is taken to be as it was.
  public func isAlive(_ node: String) -> Bool {
    guard let seen = nodes[node] else { return true }
    switch seen.condition {
    case .ready, .suspect, .removing: return true
    case .down: return false
    case .joining: return !seen.wasDown
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
  public var since: Instant
  /// Probes of its engine missed in a row.
  public var missed = 0
  /// When its engine responded last, in this run of the container; nil before the first time.
  public var lastGood: Instant?
  /// When it was down last: the end of what ran on it, as near as is known.
  public var lost: Instant?
  /// Whether it was down and has not been ready since: then it comes back empty.
  public var wasDown = false
  /// Its replicas, running or not, by id.
  public var replicas: [ObservedReplica] = []
  /// Images known to be there, by the name services use.
  public var images: Set<String> = []

  /// A node just seen for the first time.
  public init(container: ObservedContainer?, condition: NodeCondition, reason: String? = nil, since: Instant) {
    self.container = container
    self.condition = condition
    self.reason = reason
    self.since = since
  }

  /// Whether its engine has responded in this run of its container.
  public var wasAsked: Bool { lastGood != nil }
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
    /// Between two states, of which the next look tells: `removing`, `restarting`.
    case passing
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
  /// Whether it is being stopped: then it does not serve, whatever becomes wanted meanwhile.
  public var isStopping = false
  /// Whether it passed its check since it was started.
  public var isHealthy = false
  /// What its last check found while it has not passed one.
  public var checkFailure: String?
  /// How many checks failed while it has not passed one.
  public var failedChecks = 0

  /// A replica just listed.
  public init(_ reported: ReportedReplica) {
    id = reported.id
    service = reported.service
    slot = reported.slot
    fingerprint = reported.fingerprint
    isRunning = reported.isRunning
    exitCode = reported.exitCode
  }
}
