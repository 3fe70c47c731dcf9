/// The guards of the control core, by name: what each prevents. A test switches them off one at a time, and the simulator
/// has to notice each loss. In production none is off.
public enum Guard: String, CaseIterable, Sendable {
  /// Servers on a dead node leave the proxy at once, not with the next full table.
  case proxyFirst
  /// A node that returns is emptied before it is ready.
  case fencing
  /// What a probe says about replicas is ignored if one was started or stopped meanwhile.
  case generation
  /// An answer about an earlier run of a node's container is ignored.
  case incarnation
  /// What a look at nodes says is ignored for a node whose end was reported after the look began.
  case lookOrder
  /// One missed probe takes no node down.
  case suspicion
  /// The silence of most nodes at once is taken for one's own.
  case selfDoubt
  /// After a restart the proxy is told nothing before what works is known.
  case keepsRoutes
  /// A node that never responds after a restart is down at last.
  case settling
  /// What a request changes is acted upon only once it is saved.
  case saveFirst
  /// A change that could not be saved is dropped.
  case dropsUnsaved
  /// A failed or cancelled request is undone.
  case undo
  /// A move's old replica is stopped only once the proxy sends it nothing.
  case drainFirst
  /// A replica is routed only once it is healthy.
  case healthFirst
  /// A request that comes again under its key is not done twice.
  case idempotency
  /// Results are remembered across restarts.
  case savedResults
  /// An empty store beside existing containers is not taken for a new cluster.
  case emptyStore
  /// Numbers of events are reserved in the store before they are given out.
  case reservation
  /// A node's removal waits until nothing is assigned to it.
  case emptyBeforeRemoval
  /// Of a service at most one replica runs on a node.
  case distinctNodes
  /// Two services do not share a node port on one node.
  case portPerNode
  /// What is accepted but not yet saved counts when room is looked for.
  case countsAccepted
  /// A failed table of routes is applied again.
  case reapply
  /// A proxy that was started again is told everything.
  case proxyRestart
  /// A request that waits has a deadline.
  case deadline
  /// What a service that is gone left behind is stopped.
  case stopsUnwanted
}
