/// Every time limit, pace and count of the control core, in one value.
public struct Timings: Sendable, Equatable {
  // MARK: Watching nodes

  /// Between two probes of a node that joins.
  public var joiningPace: Duration = .milliseconds(50)
  /// Between two probes of a node that is ready, or down.
  public var readyPace: Duration = .seconds(1)
  /// Between two probes of a suspect node.
  public var suspectPace: Duration = .milliseconds(250)
  /// How many probes in a row have to be missed before a node is down.
  public var missesUntilDown = 3
  /// How long a node has to be silent before it is down.
  public var silence: Duration = .seconds(3)
  /// The same while an image is written to it: its engine, and the network on the way, are busy.
  public var silenceInTransfer: Duration = .seconds(15)
  /// How long the silence of most nodes at once is taken for a failure of this side.
  public var doubt: Duration = .seconds(30)
  /// A wake-up later than this tells that this process itself was held up: probes missed meanwhile are no evidence.
  public var lateness: Duration = .milliseconds(250)
  /// Between two looks at the containers of all nodes.
  public var lookPace: Duration = .seconds(5)
  /// How long after an event that ends a container the engine is asked what became of it.
  public var lookAfterEnd: Duration = .milliseconds(500)
  /// A container that was reported as ending and is seen running after this long runs.
  public var ending: Duration = .seconds(5)
  /// After a restart: how long a node may leave the first question unanswered before it is down.
  public var settling: Duration = .seconds(10)

  // MARK: Replicas and routes

  /// The pause after a first health check that failed; it doubles up to ``healthPace``.
  public var firstHealthPace: Duration = .milliseconds(20)
  /// The longest pause between two health checks of a replica that is not healthy yet.
  public var healthPace: Duration = .milliseconds(200)
  /// How long a replica may take to pass its first check.
  public var health: Duration = .seconds(60)
  /// How often a replica is started in vain before its deployment has failed, or it is tried elsewhere.
  public var tries = 3
  /// How long a node on which a replica failed that often is avoided.
  public var avoidance: Duration = .seconds(60)
  /// Between two times that the proxy is told everything, changed or not.
  public var routesPace: Duration = .seconds(30)

  // MARK: Failures

  /// The first pause after a failure; it doubles up to ``longestPause``.
  public var firstPause: Duration = .milliseconds(250)
  /// The longest pause after a failure.
  public var longestPause: Duration = .seconds(15)
  /// How long the success of a request that changes nothing in the store waits until it is remembered there.
  public var save: Duration = .seconds(1)
  /// How long a request waits for a part of the core (data, proxy) that does not respond.
  public var part: Duration = .seconds(5)

  // MARK: Requests

  /// How long a node may take until its engine responds.
  public var join: Duration = .seconds(60)
  /// How long a node may take to be down once it was killed.
  public var kill: Duration = .seconds(10)
  /// How long a node may take to be emptied and removed.
  public var removeNode: Duration = .seconds(180)
  /// How long a service may take until every replica is ready, images included, unless it says otherwise.
  public var deploy: Duration = .seconds(600)
  /// How long a service may take to be removed.
  public var removeService: Duration = .seconds(120)
  /// How long a replica may take to move.
  public var move: Duration = .seconds(180)
  /// How long undoing may take before the request is answered all the same; the undoing continues.
  public var undo: Duration = .seconds(60)
  /// How long the result of a request is remembered under its key.
  public var memory: Duration = .seconds(3600)
  /// How many results are remembered.
  public var memories = 1000

  /// The default profile.
  public init() {}
}
