extension EngineEndpoint {
  /// Reads a file; nil if it does not exist. Throws the reason if it can't be read.
  public typealias FileReader = (_ path: String) throws -> String?

  /// The engine that `docker` itself would use, in the order of precedence of its command line: `DOCKER_HOST`, then the
  /// context named by `DOCKER_CONTEXT`, then `currentContext` of `config.json`, then the default socket.
  ///
  /// Throws ``EngineError/Reason/badEndpoint`` for what can't be used, named: a context that does not exist, a scheme such as
  /// `ssh://`, certificates that can't be read.
  public init(environment: [String: String], read: @escaping FileReader) throws(EngineError) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let folder = value("DOCKER_CONFIG") ?? "\(environment["HOME"] ?? "")/.docker"
    if let host = value("DOCKER_HOST") {
      var tls: EngineTLS?
      if value("DOCKER_TLS_VERIFY") != nil, host.hasPrefix("tcp://") {
        let directory = value("DOCKER_CERT_PATH") ?? folder
        tls = try EngineEndpoint.certificates(in: directory, read)
        if tls == nil {
          throw EngineError(.badEndpoint, "DOCKER_TLS_VERIFY is set, but there are no certificates in '\(directory)'")
        }
      }
      guard let endpoint = EngineEndpoint(host, tls: tls) else {
        throw EngineError(.badEndpoint, "DOCKER_HOST is '\(host)', expected unix://PATH or tcp://HOST:PORT")
      }
      self = endpoint
      return
    }
    let contexts = DockerContexts(folder: folder, read: read)
    let name = if let chosen = value("DOCKER_CONTEXT") { chosen } else { try contexts.current() }
    guard let name, name != "default" else {
      self = .defaultSocket
      return
    }
    self = try contexts.endpoint(of: name)
  }

  /// The endpoint that `host` names, as in `DOCKER_HOST`; nil unless it is `unix://PATH` or `tcp://HOST[:PORT]`.
  init?(_ host: String, tls: EngineTLS?) {
    if host.hasPrefix("unix://"), host != "unix://" {
      self = .unix(path: String(host.dropFirst("unix://".count)))
      return
    }
    guard host.hasPrefix("tcp://"),
      // 2375 and 2376 are the ports that `docker` itself takes when none is given.
      let (name, port) = EngineEndpoint.split(host.dropFirst("tcp://".count), defaultPort: tls == nil ? 2375 : 2376)
    else { return nil }
    self = .tcp(host: name, port: port, tls: tls)
  }

  /// The certificates in `directory`; nil if none of the three files exists.
  static func certificates(in directory: String, _ read: FileReader) throws(EngineError) -> EngineTLS? {
    var contents: [String?] = []
    let names = ["ca.pem", "cert.pem", "key.pem"]
    for name in names {
      do {
        contents.append(try read("\(directory)/\(name)"))
      } catch {
        throw EngineError(.badEndpoint, "'\(directory)/\(name)' can't be read: \(error)")
      }
    }
    if contents.allSatisfy({ $0 == nil }) { return nil }
    if let missing = contents.firstIndex(of: nil) {
      throw EngineError(
        .badEndpoint,
        "'\(directory)/\(names[missing])' does not exist, expected \(names.joined(separator: ", ")) for TLS")
    }
    let parts = contents.compactMap { $0 }
    return EngineTLS(authority: parts[0], certificate: parts[1], key: parts[2])
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
