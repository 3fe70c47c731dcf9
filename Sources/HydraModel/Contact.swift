/// What becomes of the connection to a cluster whose events are followed.
public enum Contact: Sendable, Equatable {
  /// The management node can't be reached, for this reason, also at the second attempt; the attempts continue.
  case lost(String)
  /// It was reached again; what happened meanwhile follows.
  case restored
}

/// Takes changes of contact, from any thread.
public typealias ContactHandler = @Sendable (Contact) -> Void
