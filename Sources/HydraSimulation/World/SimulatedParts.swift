package import HydraControl
package import HydraModel

/// What becomes of a replica of an image.
package enum ImageBehaviour: Sendable, Equatable {
  case works
  /// It ends at once.
  case ends(code: Int, log: [String])
  /// It never passes its check.
  case isNeverHealthy(String)
}

/// A node's container, and the engine inside.
package struct SimulatedNode: Sendable {
  var index: Int
  var state: ObservedContainer.State
  /// Counts the runs of all containers.
  var run: Int
  var isEngineUp = false
  /// Until when its engine does not respond, though its replicas serve.
  package var silentUntil: Duration = .zero
  /// Until when nothing reaches it.
  var cutOffUntil: Duration = .zero
  /// Whether its container is off the cluster's network, as the host's engine says.
  package var isDisconnected = false
  /// Whether its engine came up in this run.
  var wasUp = false
  /// When it came up, or was last continued.
  var upSince: Duration = .zero
  /// Probes in a row that were not answered.
  var missed = 0
  package internal(set) var replicas: [String: SimulatedReplica] = [:]
  var images: Set<String> = []
  /// Its address on the cluster's network while it runs.
  var ip: String

  var image = SimulatedNode.image

  /// The image of nodes.
  static let image = "hydra-node"

  init(index: Int, state: ObservedContainer.State, run: Int) {
    self.index = index
    self.state = state
    self.run = run
    ip = "10.0.0.\(index)"
  }

  func observed(_ name: String) -> ObservedContainer {
    ObservedContainer(
      id: "id-\(name)", state: state, incarnation: "run-\(run)",
      ip: !isDisconnected && (state == .running || state == .paused) ? ip : nil,
      image: image)
  }
}

/// A replica's container.
package struct SimulatedReplica: Sendable {
  var spec: ReplicaSpec
  /// The label with the fingerprint of its spec.
  var fingerprint: String
  let since: Duration
  var isRunning = true
  var exitCode: Int?
  /// When it begins to pass its check.
  var healthyAt: Duration
  /// Whether a check ever passed.
  var wasHealthy = false
  /// When it passed its first check.
  var healthySince: Duration = .zero
}

/// The store: what it has acknowledged survives.
package struct SimulatedStore: Sendable {
  package var state: SavedState?
  package internal(set) var events: [ClusterEvent] = []
  package var isUp = true
  /// Whether everything in it was lost.
  var isLost = false
}

/// The proxy: what it routes, and the file that it begins with.
package struct SimulatedProxy: Sendable {
  package internal(set) var table = RoutingTable()
  /// The latest full table; servers that were taken out since are in it.
  var file = RoutingTable()
  var isUp = true
  /// When it came up last, or was last told something in vain.
  var troubledAt: Duration = .zero
  /// Servers taken out, by the number of the effect: a table wanted before it leaves them out, too.
  var takenOut: [RoutingTable.Entry: EffectID] = [:]
}
