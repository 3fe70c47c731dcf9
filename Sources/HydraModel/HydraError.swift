/// An error as people and programs see it: in the shell, in `{"error": …, "code": …}` and as an exit status.
///
/// Wording: lower case, no full stop, the offending value quoted, expected against actual.
public struct HydraError: Error, Sendable, Equatable {
  /// What went wrong, for programs.
  public var code: Code
  /// What went wrong, for people.
  public var message: String
  /// What to do about it, where that is known.
  public var remedy: String?

  /// An error with `code`, and `message` and `remedy` for people.
  public init(_ code: Code, _ message: String, remedy: String? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
  }

  /// The stable codes of the API. New ones may be added, these never change their meaning.
  public enum Code: String, Sendable, Codable, CaseIterable {
    /// The request itself is wrong.
    case invalidArgument = "invalid_argument"
    /// No such cluster, node, service or image.
    case notFound = "not_found"
    /// It exists already, or its state does not allow this now.
    case conflict
    /// There are fewer free nodes than this needs.
    case noCapacity = "no_capacity"
    /// The token is missing or wrong.
    case unauthorized
    /// The request comes from a place that is not allowed (a foreign `Host`).
    case forbidden
    /// The body is larger than the API accepts.
    case tooLarge = "too_large"
    /// An image can neither be found on the host's engine nor pulled.
    case imageUnavailable = "image_unavailable"
    /// A container failed to do its work: it exited, or was never healthy.
    case failed
    /// It took longer than allowed.
    case timeout
    /// The API or the engine can't be reached.
    case unreachable
    /// The API responds but a component behind it does not.
    case unavailable
    /// The caller gave up.
    case cancelled
    /// A defect of hydra's.
    case `internal`
  }
}

extension HydraError: CustomStringConvertible {
  /// The message, and the remedy in brackets.
  public var description: String {
    remedy.map { "\(message) (\($0))" } ?? message
  }
}

/// The body of every error response of the API.
public struct ErrorPayload: Sendable, Codable, Equatable {
  /// The message for people.
  public var error: String
  /// A ``HydraError/Code`` raw value.
  public var code: String
  /// What to do about it.
  public var remedy: String?

  /// The body for `error`.
  public init(_ error: HydraError) {
    self.error = error.message
    self.code = error.code.rawValue
    self.remedy = error.remedy
  }

  /// The error this body stands for; an unknown code counts as `fallback`.
  public func hydraError(fallback: HydraError.Code = .internal) -> HydraError {
    HydraError(HydraError.Code(rawValue: code) ?? fallback, error, remedy: remedy)
  }
}
