/// What an HAProxy is to do: a frontend that sends `/<backend>/rest` to `/rest` at the servers of that backend, and a
/// statistics page. A pure value; ``render()`` writes it down.
public struct ProxyConfiguration: Sendable, Equatable {
  /// Path of the runtime API's socket, as HAProxy sees it.
  public var adminSocket: String
  /// Where requests for services come in.
  public var services: Listener
  /// The statistics page.
  public var statistics: Statistics
  /// How long to wait for what.
  public var timeouts = Timeouts()
  /// How servers are watched.
  public var checks = Checks()
  /// Most connections at once; the memory HAProxy may take follows from it.
  public var maxConnections = 10_000
  /// How long a worker that was replaced may go on serving the connections it has.
  public var hardStopAfter: Duration = .seconds(300)
  /// User and group that the workers become; nil stays as started.
  public var runAs: Account?
  /// The services by alias, which is the first element of their paths.
  public var backends: [String: Backend]

  /// A configuration with these parts, and the rest as measured to lose no request.
  public init(adminSocket: String, services: Listener, statistics: Statistics, backends: [String: Backend] = [:]) {
    self.adminSocket = adminSocket
    self.services = services
    self.statistics = statistics
    self.backends = backends
  }

  /// A configuration that listens on all addresses.
  public init(
    adminSocket: String, servicePort: Int = 8888, statsPort: Int = 9999, statsUser: String = "stats",
    statsPassword: String = "stats", backends: [String: Backend] = [:]
  ) {
    self.init(
      adminSocket: adminSocket, services: Listener(port: servicePort),
      statistics: Statistics(listener: Listener(port: statsPort), user: statsUser, password: statsPassword),
      backends: backends)
  }
}

extension ProxyConfiguration {
  /// An address to listen at.
  public struct Listener: Sendable, Equatable {
    /// An IP address; nil for every address of the machine.
    public var address: String?
    /// TCP port.
    public var port: Int

    /// `port` at `address`.
    public init(address: String? = nil, port: Int) {
      self.address = address
      self.port = port
    }
  }

  /// The statistics page.
  public struct Statistics: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
  {
    /// Where it is served.
    public var listener: Listener
    /// Its path.
    public var path: String
    /// Who may see it.
    public var user: String
    /// The user's password. In no description of this value.
    public var password: String

    /// The page at `/stats` on port 9999 for `stats` with the password `stats`, unless told.
    public init(
      listener: Listener = Listener(port: 9999), path: String = "/stats", user: String = "stats",
      password: String = "stats"
    ) {
      self.listener = listener
      self.path = path
      self.user = user
      self.password = password
    }

    /// Where the page is, and for whom; not the password.
    public var description: String { "\(user)@\(listener.address ?? "*"):\(listener.port)\(path)" }
    /// Where the page is, and for whom; not the password.
    public var debugDescription: String { description }
    /// Where the page is, and for whom; not the password.
    public var customMirror: Mirror { Mirror(self, children: ["page": description]) }
  }

  /// A user and a group of the machine HAProxy runs on.
  public struct Account: Sendable, Equatable {
    /// Name of the user.
    public var user: String
    /// Name of the group.
    public var group: String

    /// `user` and `group`.
    public init(user: String, group: String) {
      self.user = user
      self.group = group
    }
  }

  /// A service: requests whose path begins with its name.
  public struct Backend: Sendable, Equatable {
    /// Path of an HTTP check, passed by 2xx and 3xx; when nil a server is well when it accepts connections.
    public var healthPath: String?
    /// Most requests at once to each server, the rest waits; nil without limit.
    public var maxConnectionsPerServer: Int?
    /// Its servers by name, any number.
    public var servers: [String: Server]

    /// A service with these servers.
    public init(healthPath: String? = nil, maxConnectionsPerServer: Int? = nil, servers: [String: Server] = [:]) {
      self.healthPath = healthPath
      self.maxConnectionsPerServer = maxConnectionsPerServer
      self.servers = servers
    }
  }

  /// Where one replica answers.
  public struct Server: Sendable, Equatable, Hashable {
    /// IP address.
    public var address: String
    /// TCP port.
    public var port: Int
    /// Whether requests are sent to it.
    public var state: ServerState

    /// A server at `address`:`port`.
    public init(address: String, port: Int, state: ServerState = .ready) {
      self.address = address
      self.port = port
      self.state = state
    }
  }

  /// Whether requests are sent to a server, as its administrator wants it. The words are those of the runtime API.
  public enum ServerState: String, Sendable {
    /// Requests are sent to it while its checks pass.
    case ready
    /// No new sessions; those that are bound to it go on.
    case drain
    /// Nothing is sent to it, and it is not checked.
    case maintenance = "maint"
  }
}
