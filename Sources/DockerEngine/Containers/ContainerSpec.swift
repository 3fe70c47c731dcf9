/// What a container is made from. What is left at its default is left to the engine.
public struct ContainerSpec: Sendable, Equatable {
  /// Image, by name or id.
  public var image: String
  /// Command instead of the image's own; empty to keep that.
  public var command: [String] = []
  /// Entry point instead of the image's own; nil to keep that.
  public var entrypoint: [String]?
  /// Environment.
  public var env: [String: String] = [:]
  /// Labels.
  public var labels: [String: String] = [:]
  /// Host name inside.
  public var hostname: String?
  /// User, or `user:group`, by name or number.
  public var user: String?
  /// Working directory.
  public var workingDirectory: String?
  /// Whether a terminal is attached inside.
  public var tty = false
  /// The signal that asks it to end, instead of the image's own.
  public var stopSignal: String?
  /// Time between that signal and SIGKILL, in seconds.
  public var stopTimeout: Int?
  /// How the engine checks whether it is well.
  public var healthcheck: Healthcheck?
  /// TCP ports exposed beside the published ones.
  public var exposedPorts: [Int] = []
  /// Ports published on the host.
  public var ports: [PortBinding] = []
  /// Network to join: a network's name, `host`, `none`; nil for the engine's default.
  public var networkMode: String?
  /// Further names on that network.
  public var networkAliases: [String] = []
  /// Address on that network; nil lets the engine choose.
  public var networkAddress: String?
  /// Lines for `/etc/hosts`, as `name:address`.
  public var extraHosts: [String] = []
  /// Name servers.
  public var dns: [String] = []
  /// Directories and volumes mounted inside.
  public var mounts: [Mount] = []
  /// Capabilities beyond the default ones.
  public var capAdd: [String] = []
  /// Default capabilities it does not get.
  public var capDrop: [String] = []
  /// Security options, for example `seccomp=unconfined`.
  public var securityOpt: [String] = []
  /// Whether `/proc` and `/sys` are as the kernel has them, without the engine's masks. What `docker run` calls
  /// `--security-opt systempaths=unconfined`, which the engine itself does not know.
  public var hasUnmaskedPaths = false
  /// `private` or `host`; nil for the engine's default.
  public var cgroupnsMode: String?
  /// What happens when it ends.
  public var restartPolicy: RestartPolicy = .no
  /// Most memory, in bytes.
  public var memory: Int64?
  /// Most processor time, in billionths of a processor.
  public var nanoCPUs: Int64?
  /// Most processes and threads.
  public var pidsLimit: Int64?
  /// Limits of its processes.
  public var ulimits: [Ulimit] = []
  /// Where its output goes; nil for the engine's default.
  public var log: LogDriver?
  /// Whether a tiny init reaps orphans inside.
  public var initProcess: Bool?

  /// A container of `image`.
  public init(image: String) { self.image = image }
}

extension ContainerSpec: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Which image; never the environment, which may hold secrets.
  public var description: String { "container of \(image)" }
  /// The same.
  public var debugDescription: String { description }
  /// Without the environment.
  public var customMirror: Mirror { Mirror(self, children: ["image": image, "labels": labels]) }
}
