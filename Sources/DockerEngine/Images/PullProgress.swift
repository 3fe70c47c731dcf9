/// How far the pull of one layer is.
public struct PullProgress: Sendable, Equatable {
  /// The layer; nil for a line about the whole image.
  public var layer: String?
  /// The engine's words: `Downloading`, `Pull complete`, …
  public var status: String
  /// Bytes so far and in all, where the engine says so.
  public var bytes: (current: Int64, total: Int64)?

  /// Whether all parts are the same.
  public static func == (left: PullProgress, right: PullProgress) -> Bool {
    left.layer == right.layer && left.status == right.status && left.bytes?.current == right.bytes?.current
      && left.bytes?.total == right.bytes?.total
  }
}
