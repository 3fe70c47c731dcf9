/// Where a Docker engine listens.
public enum EngineEndpoint: Sendable, Equatable {
  /// A unix socket at this path.
  case unix(path: String)
  /// A TCP port, over TLS when `tls` is given.
  case tcp(host: String, port: Int, tls: EngineTLS?)

  /// The engine's own default.
  public static let defaultSocket = EngineEndpoint.unix(path: "/var/run/docker.sock")
}

extension EngineEndpoint: CustomStringConvertible, CustomDebugStringConvertible {
  /// The endpoint as `DOCKER_HOST` would have it.
  public var description: String {
    switch self {
    case .unix(let path): "unix://\(path)"
    case .tcp(let host, let port, _): "tcp://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
  }

  /// The same: the reflected form would spell out a private key.
  public var debugDescription: String { description }
}

/// Mutual TLS to an engine: what the engine has to show, and what is shown to it. All PEM.
public struct EngineTLS: Sendable, Equatable {
  /// Certificate of the authority that signed the engine's certificate.
  public var authority: String
  /// Our certificate.
  public var certificate: String
  /// Our private key.
  public var key: String
  /// The address to connect to; the host of the endpoint is resolved when it is nil. The engine's certificate has to
  /// bear the endpoint's host either way.
  public var address: String?

  /// TLS with these parts.
  public init(authority: String, certificate: String, key: String, address: String? = nil) {
    self.authority = authority
    self.certificate = certificate
    self.key = key
    self.address = address
  }
}

extension EngineTLS: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Says that there is TLS, and where it leads; never the key.
  public var description: String { "TLS" + (address.map { " to \($0)" } ?? "") }
  /// The same.
  public var debugDescription: String { description }
  /// Without the key.
  public var customMirror: Mirror { Mirror(self, children: ["address": address as Any]) }
}
