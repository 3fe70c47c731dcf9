public import HydraModel

/// Everything that happens to the control core.
public enum Input: Sendable {
  /// The process has begun. The first input, once.
  case begin
  /// Somebody requests something. `id` is the driver's, and comes back in ``Effect/Kind/answer(_:_:)``.
  case request(RequestID, any Work, key: String?)
  /// Nobody waits for this request any more, and it is to be undone.
  case cancel(RequestID)
  /// The request with this idempotency key is to be undone; answered like a request, under `id`.
  case cancelKey(RequestID, String)
  /// The host's engine reports something.
  case host(HostEvent)
  /// The engine of a node reports something about a replica.
  case replica(NodeAddress, ReplicaEvent)
  /// How an effect ended.
  case result(EffectID, Outcome)
  /// How far an effect has come, for people.
  case progress(EffectID, String)
  /// The time of ``Effect/Kind/wake(at:)`` has come.
  case tick
}

/// Names a request for as long as somebody waits for its answer. The driver gives them out.
public struct RequestID: Sendable, Hashable, Comparable {
  /// Any number, not used twice by one process.
  public var number: UInt64
  /// Request number `number`.
  public init(_ number: UInt64) { self.number = number }
  public static func < (left: RequestID, right: RequestID) -> Bool { left.number < right.number }
}

/// Something that happened to a container of the cluster, as the host's engine reports it.
public enum HostEvent: Sendable, Equatable {
  /// A node ended or is about to.
  case nodeStopping(String, NodeEnd)
  /// A node was started, unpaused or connected again.
  case nodeStarted(String)
  /// A container of the core ended.
  case partStopped(Part)
  /// A container of the core was started: what it was told at run time is lost.
  case partStarted(Part)
  /// Events may have been missed: look at everything again.
  case resync
}

/// What ends a node, as the engine's events name it.
public enum NodeEnd: String, Sendable, Codable {
  case killed, exited, stopped
  case outOfMemory = "out of memory"
  case removed = "its container was removed"
  case paused
}

/// The containers that a cluster cannot do without, beside the management node itself.
public enum Part: String, Sendable, Codable, CaseIterable, Comparable {
  case data, proxy
  public static func < (left: Part, right: Part) -> Bool { left.rawValue < right.rawValue }
}

extension ClusterNames {
  /// The container of `part`.
  public func container(of part: Part) -> String {
    switch part {
    case .data: data
    case .proxy: proxy
    }
  }
}

/// Something that happened to a replica's container.
public enum ReplicaEvent: Sendable, Equatable {
  /// It ended. The engine's list still shows it as running for about 100 ms.
  case ended(container: String, exitCode: Int?)
  /// Something else, or events may have been missed.
  case other
}

/// How an effect ended. Which case an effect ends in is written at ``Effect/Kind``; any can end in `failed`.
public enum Outcome: Sendable, Equatable {
  case done
  case failed(HydraError)
  case loaded(SavedState?, events: [ClusterEvent])
  case nodes([String: ObservedContainer])
  case node(ObservedContainer)
  case replicas([ReportedReplica], images: Set<String>)
  case images([String: HydraError])
  case container(String)
  case health(HealthVerdict)
  case log([String])
}

/// A replica's container as the engine of its node lists it.
public struct ReportedReplica: Sendable, Equatable {
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

  /// A container with these properties.
  public init(id: String, service: String, slot: Int, fingerprint: String, isRunning: Bool, exitCode: Int? = nil) {
    self.id = id
    self.service = service
    self.slot = slot
    self.fingerprint = fingerprint
    self.isRunning = isRunning
    self.exitCode = exitCode
  }
}

/// What a health check found.
public enum HealthVerdict: Sendable, Equatable {
  /// The replica is healthy.
  case passed
  /// It is not: what was found, as in `GET /home returned 400`, and a remedy.
  case failed(String, remedy: String)
}
