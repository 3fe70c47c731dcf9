import HydraModel

/// What the API of one cluster needs to know about itself.
public struct ServerConfiguration: Sendable {
  /// The cluster's name.
  public var cluster: String
  /// The token that changing requests have to bring; nil lets everybody who reaches the API change the cluster
  /// (`--auth none`).
  public var token: String?
  /// Address to listen on.
  public var host: String
  /// Port to listen on; 0 lets the system choose.
  public var port: Int
  /// Names, beside those of this machine, under which the API may be addressed in a `Host` header, without a port:
  /// `api.<cluster>`, an address given to `--listen`.
  public var allowedHosts: [String]
  /// Bounds that keep clients from exhausting the server.
  public var limits: ServerLimits

  /// A configuration of these parts.
  public init(
    cluster: String, token: String?, host: String = "0.0.0.0", port: Int = 8080, allowedHosts: [String]? = nil,
    limits: ServerLimits = ServerLimits()
  ) {
    self.cluster = cluster
    self.token = token
    self.host = host
    self.port = port
    self.allowedHosts = allowedHosts ?? [ClusterNames(cluster).management]
    self.limits = limits
  }
}

extension ServerConfiguration: CustomStringConvertible, CustomReflectable {
  /// Without the token: whoever logs a configuration, or something that has one, must not log that.
  public var description: String {
    "cluster \(cluster) on \(host):\(port), \(token == nil ? "no token needed" : "token needed")"
  }

  /// Without the token, as ``description``.
  public var customMirror: Mirror { Mirror(self, children: ["configuration": description]) }
}

/// Bounds of the server. The defaults suit a cluster of ``ClusterLimits`` size.
public struct ServerLimits: Sendable {
  /// Largest request body, in bytes.
  public var body = ClusterLimits.maximumBody
  /// How long a client may take to send all headers, or stay silent between requests.
  public var idle: Duration = .seconds(60)
  /// How long a client may take to send a whole body.
  public var bodyTime: Duration = .seconds(20)
  /// Open connections; more wait in the system's queue.
  public var connections = 1024
  /// Changing requests that are worked on at the same time; more are refused with `unavailable`.
  public var executions = 256
  /// Pause between heartbeats of an event stream.
  public var heartbeat: Duration = .seconds(10)
  /// How long a reader of an event stream may take none of it before it is cut off.
  public var stalledReader: Duration = .seconds(30)
  /// How long running requests may go on once the server is asked to stop. `docker stop` kills after 10 s.
  public var shutdownGrace: Duration = .seconds(5)
  /// How long clients may take after that to read their last answer.
  public var shutdownForce: Duration = .seconds(2)

  /// The default bounds.
  public init() {}
}
