/// The configuration of an HAProxy: a frontend that sends `/<backend>/rest` to `/rest` at the servers of that backend, and a
/// statistics page. A pure value; ``render()`` writes it down.
public struct ProxyConfiguration: Sendable, Equatable {
  /// Path of the runtime API's socket, as HAProxy sees it.
  public var adminSocket: String
  /// Where requests for services come in.
  public var services: Listener
  /// The statistics page.
  public var statistics: Statistics
  /// Time limits.
  public var timeouts = Timeouts()
  /// How servers are checked.
  public var checks = Checks()
  /// Limits of what passes through.
  public var sizes = Sizes()
  /// The largest number of concurrent connections; it bounds the memory HAProxy uses.
  public var maxConnections = 10_000
  /// How long a worker that was replaced may keep the connections it has, those of services that did not change included.
  public var hardStopAfter: Duration = .seconds(86_400)
  /// How many workers that were replaced may keep connections at the same time; the oldest is ended first.
  public var maxOldWorkers = 32
  /// Path of the Lua script, as HAProxy sees it, that keeps a request waiting while its service has no server
  /// (``Timeouts/queue``); nil to refuse it at once.
  public var waitScript: String?
  /// User and group that the workers become; nil stays as started.
  public var runAs: Account?
  /// The services by alias, which is the first element of their paths.
  public var backends: [String: Backend]

  /// A configuration with these parts and default values for the rest.
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

    /// The page at `/stats` on port 9999 for the user `stats` with the password `stats` by default.
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
    /// How its servers are checked.
    public var health: HealthCheck
    /// How long a server may take to begin its response; nil for ``Timeouts/server``.
    public var responseTimeout: Duration?
    /// How long a response or an upgraded connection that has begun may be silent; nil for ``Timeouts/tunnel``.
    public var tunnelTimeout: Duration?
    /// Whether the paths of its cookies get the service's prefix, so that no other service receives them.
    public var scopesCookies: Bool
    /// The largest number of concurrent requests to each server, others wait; nil for no limit.
    public var maxConnectionsPerServer: Int?
    /// Its servers by name, any number.
    public var servers: [String: Server]

    /// A service with these servers.
    public init(
      health: HealthCheck = HealthCheck(), responseTimeout: Duration? = nil, tunnelTimeout: Duration? = nil,
      scopesCookies: Bool = true, maxConnectionsPerServer: Int? = nil, servers: [String: Server] = [:]
    ) {
      self.health = health
      self.responseTimeout = responseTimeout
      self.tunnelTimeout = tunnelTimeout
      self.scopesCookies = scopesCookies
      self.maxConnectionsPerServer = maxConnectionsPerServer
      self.servers = servers
    }
  }

  /// How the servers of a backend are checked.
  public struct HealthCheck: Sendable, Equatable {
    /// Path of an HTTP check, passed by 2xx and 3xx; when nil the check is a TCP connect.
    public var path: String?
    /// The `Host` header of an HTTP check.
    public var host: String
    /// How long the response may take; nil for ``Checks/timeout``.
    public var timeout: Duration?

    /// A check of `path`, or a TCP connect.
    public init(path: String? = nil, host: String = "localhost", timeout: Duration? = nil) {
      self.path = path
      self.host = host
      self.timeout = timeout
    }
  }

  /// The address of one replica.
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
    /// No new sessions; those that are bound to it continue.
    case drain
    /// Nothing is sent to it, and it is not checked.
    case maintenance = "maint"
  }
}
