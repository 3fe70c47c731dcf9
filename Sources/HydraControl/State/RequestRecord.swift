public import FoundationEssentials
public import HydraModel

/// A request, from its arrival until its result is forgotten. Part of what is saved.
public struct RequestRecord: Sendable, Equatable, Codable {
  /// Its `Idempotency-Key`; one of our own if the client sent none.
  public var key: String
  /// Which kind of request: ``Work/name``.
  public var name: String
  /// The request itself, as JSON: what a repeat is compared with.
  public var body: String
  /// What it works on, once that is chosen: a node's name, a service's alias, a migration's id.
  public var subject: String?
  /// Whether it changed what is desired: then its success is told once that is saved, and its failure undoes the change.
  public var hasChanged = false
  /// How far it has come.
  public var stage: Stage
  /// When it has to have ended.
  public var deadline: Date
  /// When it arrived.
  public var begun: Date
  /// Why it failed.
  public var failure: ErrorPayload?
  /// What it was answered with.
  public var answer: Reply?
  /// When it ended.
  public var ended: Date?

  /// How far a request has come.
  public enum Stage: String, Sendable, Codable {
    /// It waits until the cluster is known well enough to decide on it.
    case arrived
    /// What it changes is being saved.
    case saving
    /// It waits for its condition.
    case running
    /// It failed, or was cancelled, and what it did is being undone.
    case undoing
    /// It has its result.
    case ended
  }
}
