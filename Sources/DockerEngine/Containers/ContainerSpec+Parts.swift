extension ContainerSpec {
  /// What happens when a container ends.
  public enum RestartPolicy: String, Sendable, Codable {
    /// It stays down.
    case no
    /// It is started again, also when the engine starts.
    case always
    /// It is started again when it failed.
    case onFailure = "on-failure"
    /// As `always`, unless it was stopped on purpose.
    case unlessStopped = "unless-stopped"
  }

  /// A port published on the host.
  public struct PortBinding: Sendable, Equatable {
    /// Port inside the container.
    public var containerPort: Int
    /// Address on the host; empty for all.
    public var hostAddress: String
    /// Port on the host; 0 lets the engine choose.
    public var hostPort: Int
    /// `tcp` or `udp`.
    public var transport: String

    /// `hostAddress`:`hostPort` leads to `containerPort`.
    public init(containerPort: Int, hostAddress: String, hostPort: Int, transport: String = "tcp") {
      self.containerPort = containerPort
      self.hostAddress = hostAddress
      self.hostPort = hostPort
      self.transport = transport
    }
  }

  /// A mount.
  public enum Mount: Sendable, Equatable {
    /// A named volume.
    case volume(String, target: String)
    /// A file or directory of the engine's host.
    case bind(String, target: String, readOnly: Bool)
    /// Memory, of at most `size` bytes when given.
    case tmpfs(target: String, size: Int64?)
  }

  /// How an engine checks a container.
  public struct Healthcheck: Sendable, Equatable {
    /// The command, without a shell; status 0 is well.
    public var command: [String]
    /// From one check to the next.
    public var interval: Duration
    /// How long a check may take.
    public var timeout: Duration
    /// So many failures in a row make it unhealthy.
    public var retries: Int
    /// Failures do not count for so long after its start.
    public var startPeriod: Duration

    /// A check by `command`.
    public init(
      command: [String], interval: Duration = .seconds(30), timeout: Duration = .seconds(30), retries: Int = 3,
      startPeriod: Duration = .zero
    ) {
      self.command = command
      self.interval = interval
      self.timeout = timeout
      self.retries = retries
      self.startPeriod = startPeriod
    }
  }

  /// A limit of processes, as `nofile`.
  public struct Ulimit: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Where it is set.
    public var soft: Int
    /// How far a process may raise it.
    public var hard: Int

    /// The limit `name`.
    public init(name: String, soft: Int, hard: Int) {
      self.name = name
      self.soft = soft
      self.hard = hard
    }
  }

  /// Where output goes.
  public struct LogDriver: Sendable, Equatable {
    /// `json-file`, `local`, `none`, …
    public var type: String
    /// Its options, for example `max-size`.
    public var options: [String: String]

    /// The driver `type`.
    public init(type: String, options: [String: String] = [:]) {
      self.type = type
      self.options = options
    }
  }
}
