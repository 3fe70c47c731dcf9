/// Where a Docker engine listens.
public enum EngineEndpoint: Sendable, Equatable {
  /// A unix socket at this path.
  case unix(path: String)
  /// A TCP port, over TLS when `tls` is given.
  case tcp(host: String, port: Int, tls: EngineTLS?)

  /// The engine's own default.
  public static let defaultSocket = EngineEndpoint.unix(path: "/var/run/docker.sock")
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

extension EngineEndpoint {
  /// The endpoint that `DOCKER_HOST` names, with the certificates of `DOCKER_CERT_PATH` when `DOCKER_TLS_VERIFY` is
  /// set; the default socket without it. `read` answers a file's contents.
  public init(environment: [String: String], read: (String) throws -> String) throws(EngineError) {
    guard let host = environment["DOCKER_HOST"], !host.isEmpty else {
      self = .defaultSocket
      return
    }
    if host.hasPrefix("unix://") {
      self = .unix(path: String(host.dropFirst("unix://".count)))
      return
    }
    guard host.hasPrefix("tcp://") else {
      throw EngineError(.badEndpoint, "DOCKER_HOST is '\(host)', expected unix://PATH or tcp://HOST:PORT")
    }
    let rest = host.dropFirst("tcp://".count)
    guard let colon = rest.lastIndex(of: ":"), let port = Int(rest[rest.index(after: colon)...]),
      colon != rest.startIndex
    else { throw EngineError(.badEndpoint, "DOCKER_HOST is '\(host)', expected tcp://HOST:PORT") }
    var tls: EngineTLS?
    if let verify = environment["DOCKER_TLS_VERIFY"], !verify.isEmpty {
      let directory = environment["DOCKER_CERT_PATH"] ?? "\(environment["HOME"] ?? "")/.docker"
      do {
        tls = EngineTLS(
          authority: try read("\(directory)/ca.pem"), certificate: try read("\(directory)/cert.pem"),
          key: try read("\(directory)/key.pem"))
      } catch {
        throw EngineError(.badEndpoint, "the certificates in '\(directory)' can't be read: \(error)")
      }
    }
    self = .tcp(host: String(rest[..<colon]), port: port, tls: tls)
  }
}

extension EngineEndpoint: CustomStringConvertible {
  /// The endpoint as `DOCKER_HOST` would have it.
  public var description: String {
    switch self {
    case .unix(let path): "unix://\(path)"
    case .tcp(let host, let port, _): "tcp://\(host):\(port)"
    }
  }
}
