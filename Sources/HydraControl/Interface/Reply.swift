public import HydraModel

/// The answer to a request, whatever its type: what is stored, and given again to a repeat.
public enum Reply: Sendable, Equatable, Codable {
  case node(NodeState)
  case service(ServiceState)
  case migration(Migration)
  case removed(Removed)
  case cancellation(RequestOutcome)

  /// The answer itself.
  public var value: any Sendable {
    switch self {
    case .node(let node): node
    case .service(let service): service
    case .migration(let migration): migration
    case .removed(let removed): removed
    case .cancellation(let outcome): outcome
    }
  }
}

/// What a request that waits in the core can be answered with.
public protocol ReplyValue {
  /// It, as it is stored.
  var reply: Reply { get }
}

extension NodeState: ReplyValue {
  public var reply: Reply { .node(self) }
}

extension ServiceState: ReplyValue {
  public var reply: Reply { .service(self) }
}

extension Migration: ReplyValue {
  public var reply: Reply { .migration(self) }
}

extension Removed: ReplyValue {
  public var reply: Reply { .removed(self) }
}
