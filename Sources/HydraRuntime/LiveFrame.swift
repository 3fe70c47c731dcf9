public import HydraModel

/// What `watch --live` shows at one moment.
public struct LiveFrame: Sendable, Equatable {
  /// What is watched: `nodes`, `services`, the alias of a service, or nil for everything.
  public var what: String?
  /// The cluster as last seen; nil until it has responded.
  public var state: ClusterState?
  /// The last events that concern what is watched, oldest first.
  public var events: [ClusterEvent]
  /// Why the cluster did not respond the last time; nil when it did.
  public var problem: String?

  /// A frame of these parts.
  public init(what: String?, state: ClusterState? = nil, events: [ClusterEvent] = [], problem: String? = nil) {
    self.what = what
    self.state = state
    self.events = events
    self.problem = problem
  }
}

extension RuntimeOutput {
  /// Output that always can be written.
  public var failure: HydraError? { nil }
  /// No terminal: `watch --live` writes lines.
  public var canRedraw: Bool { false }
  /// Nobody is there to ask.
  public var wantsToLeave: Bool { false }
  /// Nobody is there to be informed.
  public func contact(_ contact: Contact) {}
  /// Never called where ``canRedraw`` is false.
  public func redraw(_ frame: LiveFrame, options: OutputOptions) async {}
  /// Never called where ``canRedraw`` is false.
  public func endRedraw() async {}
}
