extension EngineEndpoint {
  /// The endpoint that `DOCKER_HOST` names, with the certificates of `DOCKER_CERT_PATH` when `DOCKER_TLS_VERIFY` is
  /// set; the default socket without it. `read` answers a file's contents.
  public init(environment: [String: String], read: (String) throws -> String) throws(EngineError) {
    guard let host = environment["DOCKER_HOST"], !host.isEmpty else {
      self = .defaultSocket
      return
    }
    if host.hasPrefix("unix://"), host != "unix://" {
      self = .unix(path: String(host.dropFirst("unix://".count)))
      return
    }
    var tls: EngineTLS?
    if let verify = environment["DOCKER_TLS_VERIFY"], !verify.isEmpty {
      tls = try EngineEndpoint.certificates(environment, read)
    }
    guard host.hasPrefix("tcp://"),
      // 2375 and 2376 are the ports that `docker` itself takes when none is given.
      let (name, port) = EngineEndpoint.split(host.dropFirst("tcp://".count), defaultPort: tls == nil ? 2375 : 2376)
    else { throw EngineError(.badEndpoint, "DOCKER_HOST is '\(host)', expected unix://PATH or tcp://HOST:PORT") }
    self = .tcp(host: name, port: port, tls: tls)
  }

  private static func certificates(
    _ environment: [String: String], _ read: (String) throws -> String
  ) throws(EngineError) -> EngineTLS {
    let path = environment["DOCKER_CERT_PATH"].flatMap { $0.isEmpty ? nil : $0 }
    let directory = path ?? "\(environment["HOME"] ?? "")/.docker"
    do {
      return EngineTLS(
        authority: try read("\(directory)/ca.pem"), certificate: try read("\(directory)/cert.pem"),
        key: try read("\(directory)/key.pem"))
    } catch {
      throw EngineError(.badEndpoint, "the certificates in '\(directory)' can't be read: \(error)")
    }
  }

  /// Takes `HOST`, `HOST:PORT`, `[IPv6]` and `[IPv6]:PORT` apart.
  private static func split(_ text: Substring, defaultPort: Int) -> (host: String, port: Int)? {
    let text = text.hasSuffix("/") ? text.dropLast() : text
    var host = text
    var port = defaultPort
    if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
      guard let given = Int(text[text.index(after: colon)...]), (1...65_535).contains(given) else { return nil }
      (host, port) = (text[..<colon], given)
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, !host.contains("/"), !host.contains("@") else { return nil }
    return (String(host), port)
  }
}
