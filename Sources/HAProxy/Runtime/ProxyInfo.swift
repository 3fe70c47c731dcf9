/// A worker, as `show info` tells.
public struct ProxyInfo: Sendable, Equatable {
  /// Its process id, in its own container.
  public var pid: Int
  /// Version of HAProxy.
  public var version: String
  /// Seconds since it was started.
  public var uptime: Int
  /// Connections now.
  public var connections: Int
  /// The configuration's `description`.
  public var configuration: String?

  /// The ``ProxyConfiguration/fingerprint`` of what it runs; nil when it is no configuration of ours.
  public var fingerprint: String? {
    guard let configuration, configuration.hasPrefix("configuration ") else { return nil }
    return String(configuration.dropFirst("configuration ".count))
  }

  package init(_ text: String) throws(HAProxyError) {
    var fields: [Substring: String] = [:]
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon]] = String(line[line.index(after: colon)...]).trimmed
    }
    guard let pid = fields["Pid"].flatMap({ Int($0) }), let version = fields["Version"] else {
      throw .malformed("show info", "it lacks Pid or Version")
    }
    self.pid = pid
    self.version = version
    uptime = fields["Uptime_sec"].flatMap { Int($0) } ?? 0
    connections = fields["CurrConns"].flatMap { Int($0) } ?? 0
    configuration = fields["description"]
  }
}

/// What HAProxy really runs.
public struct RunningProxy: Sendable, Equatable {
  /// The worker.
  public var info: ProxyInfo
  /// Names of its backends.
  public var backends: Set<String>
  /// Its servers.
  public var servers: [ObservedServer]

  /// A worker with these backends and servers.
  public init(info: ProxyInfo, backends: Set<String>, servers: [ObservedServer]) {
    self.info = info
    self.backends = backends
    self.servers = servers
  }

  static func backends(_ text: String) -> Set<String> {
    Set(text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { String($0).trimmed }.filter { !$0.isEmpty })
  }
}
