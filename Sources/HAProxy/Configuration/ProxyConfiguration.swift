/// What an HAProxy shall do: one entry point that routes by the first element of the path, and a stats page.
public struct ProxyConfiguration: Sendable, Equatable {
  /// Socket of the runtime API.
  public var adminSocket: String
  /// Port of the entry point, on all addresses.
  public var servicePort: Int
  /// Port of the stats page, on all addresses.
  public var statsPort: Int
  /// User of the stats page.
  public var statsUser: String
  /// Password of the stats page.
  public var statsPassword: String
  /// What is routed to, by name: the first element of the path.
  public var backends: [String: Backend]

  /// A configuration of these parts.
  public init(
    adminSocket: String, servicePort: Int, statsPort: Int, statsUser: String, statsPassword: String,
    backends: [String: Backend] = [:]
  ) {
    self.adminSocket = adminSocket
    self.servicePort = servicePort
    self.statsPort = statsPort
    self.statsUser = statsUser
    self.statsPassword = statsPassword
    self.backends = backends
  }

  /// Servers behind one path.
  public struct Backend: Sendable, Equatable {
    /// Path of an HTTP check (any 2xx or 3xx is well); a TCP connection is the check when nil.
    public var healthPath: String?
    /// Servers by name.
    public var servers: [String: Server]

    /// A backend of `servers`.
    public init(healthPath: String? = nil, servers: [String: Server] = [:]) {
      self.healthPath = healthPath
      self.servers = servers
    }
  }

  /// Where a server listens.
  public struct Server: Sendable, Equatable, Hashable {
    /// IPv4 or IPv6 address.
    public var address: String
    /// TCP port.
    public var port: Int

    /// A server at `address`:`port`.
    public init(address: String, port: Int) {
      self.address = address
      self.port = port
    }
  }

  /// Throws `invalid` for a name, path or address that would mean something else in the file or on the socket.
  public func validate() throws(HAProxyError) {
    for (name, backend) in backends {
      try Text.requireName(name)
      if let path = backend.healthPath { try Text.requirePath(path) }
      for (server, place) in backend.servers {
        try Text.requireName(server)
        guard place.address.utf8.allSatisfy(Text.isAddressByte), !place.address.isEmpty,
          (1...65535).contains(place.port)
        else { throw HAProxyError(.invalid, "'\(place.address):\(place.port)' is not an address") }
      }
    }
    for word in [statsUser, statsPassword] {
      guard !word.isEmpty,
        word.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C && $0 != 0x22 && $0 != 0x27 && $0 != 0x23 })
      else { throw HAProxyError(.invalid, "user or password of the stats page has a character that is not allowed") }
    }
  }
}

/// What may stand where.
enum Text {
  static func requireName(_ name: String) throws(HAProxyError) {
    guard let first = name.utf8.first, isAlphanumeric(first),
      name.utf8.allSatisfy({ isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E })
    else { throw HAProxyError(.invalid, "'\(name)' is not a name") }
  }

  static func requirePath(_ path: String) throws(HAProxyError) {
    guard path.hasPrefix("/"),
      path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x27 && $0 != 0x5C && $0 != 0x23 })
    else { throw HAProxyError(.invalid, "'\(path)' is not a path") }
  }

  static func isAddressByte(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == 0x2E || byte == 0x3A
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
