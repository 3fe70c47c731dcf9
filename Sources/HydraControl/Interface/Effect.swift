public import HydraModel

/// Names one effect of this process.
public typealias EffectID = UInt64

/// One thing the control core wants done. It ends in exactly one ``Input/result(_:_:)``, or in none if the process ends
/// first. Every effect may be repeated: what was created is found again by its name and its labels.
public struct Effect: Sendable {
  /// Grows by one with each effect.
  public var id: EffectID
  /// What is wanted.
  public var kind: Kind

  /// What is wanted, and how it ends well.
  public enum Kind: Sendable {
    /// Read what was saved, and the latest events: `loaded`.
    case load
    /// Save this: `done` once it is on disk.
    case save(SavedState)
    /// Append these events to the stored ones; numbers that are there already are skipped: `done`.
    case append([ClusterEvent])
    /// Look at the containers of all nodes: `nodes`.
    case lookAtNodes
    /// Ask a node's engine for its replicas, and which of the images it has in the host's version: `replicas`.
    case probe(NodeAddress, images: [String])
    /// Create and start a node's container, or adopt the one that is there: `node`.
    case createNode(NodeRecord)
    /// Start a node's container again, or unpause it: `node`.
    case startNode(String)
    /// Take a node's container out of service: `done`.
    case halt(String, Halt)
    /// Remove a node's container and volume; no error when they are gone: `done`.
    case removeNode(String)
    /// Bring an image to nodes: `images`, with the errors by node.
    case provideImage(String, to: [NodeAddress])
    /// Create and start a replica in place of what has its name: `container`, its id.
    case startReplica(ReplicaSpec, on: NodeAddress)
    /// Stop and remove a replica; no error when it is gone: `done`.
    case stopReplica(container: String, on: NodeAddress)
    /// Check a replica once: `health`.
    case checkHealth(ServiceSpec, on: NodeAddress)
    /// Read the last lines that a node's container wrote: `log`.
    case readNodeLog(String)
    /// Read the last lines that a replica wrote: `log`.
    case readReplicaLog(container: String, on: NodeAddress)
    /// Make the proxy route as the table says: `done` once it does.
    case applyRoutes(RoutingTable)
    /// Send these servers no more requests, at once: `done`.
    case takeOut([RoutingTable.Entry])
    /// Start a container of the core again, made anew if it is gone; nothing if it runs: `done`.
    case startPart(Part)

    // Without a result:

    /// Answer a request.
    case answer(RequestID, Result<Reply, HydraError>)
    /// Give this event to whoever follows them.
    case tell(ClusterEvent)
    /// Send ``Input/tick`` at this uptime; replaces the time before.
    case wake(at: Duration)
    /// Nobody is interested in the result of this effect any more: it may be broken off.
    case cancel(EffectID)
  }
}

/// How a node's container is taken out of service.
public enum Halt: Sendable {
  /// SIGKILL.
  case kill
  /// Its processes are frozen.
  case pause
}

/// Where a node's engine is, and which run of the node is meant.
public struct NodeAddress: Sendable, Hashable {
  /// `node-<N>`.
  public var name: String
  /// Address on the cluster's network.
  public var ip: String
  /// The run of its container; see ``ObservedContainer/incarnation``.
  public var incarnation: String

  /// A node at `ip`.
  public init(name: String, ip: String, incarnation: String) {
    self.name = name
    self.ip = ip
    self.incarnation = incarnation
  }
}

/// A replica to be started.
public struct ReplicaSpec: Sendable, Equatable {
  /// Its service.
  public var service: ServiceSpec
  /// Its slot.
  public var slot: Int

  /// Slot `slot` of `service`.
  public init(service: ServiceSpec, slot: Int) {
    self.service = service
    self.slot = slot
  }
}
