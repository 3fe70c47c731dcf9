/// A server of a backend, by name.
public struct ServerReference: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Name of the backend.
  public var backend: String
  /// Name of the server within it.
  public var server: String

  /// `server` of `backend`.
  public init(backend: String, server: String) {
    self.backend = backend
    self.server = server
  }

  /// `backend/server`, as the runtime API writes it.
  public var description: String { "\(backend)/\(server)" }

  /// By backend, then by server.
  public static func < (a: ServerReference, b: ServerReference) -> Bool {
    (a.backend, a.server) < (b.backend, b.server)
  }
}
