/// HAProxy's runtime API: changes to the worker that runs, lost at its end.
public struct RuntimeAPI: Sendable {
  private let socket: CommandSocket

  /// The API on the socket at `path`.
  public init(path: String) { socket = CommandSocket(path: path) }

  /// A server as the worker has it.
  public struct ServerState: Sendable, Equatable {
    /// Where it listens.
    public var place: ProxyConfiguration.Server
    /// Whether it was taken out of service.
    public var isInMaintenance: Bool
  }

  /// The worker's process id.
  public func workerPID() async throws(HAProxyError) -> Int {
    let answer = try await socket.send("show info")
    for line in answer.split(separator: "\n") where line.hasPrefix("Pid: ") {
      if let pid = Int(line.dropFirst(5)) { return pid }
    }
    throw HAProxyError(.unexpectedAnswer, "'show info' names no process")
  }

  /// Servers by backend and name.
  public func servers() async throws(HAProxyError) -> [String: [String: ServerState]] {
    try RuntimeAPI.parse(try await socket.send("show servers state"))
  }

  /// Parses `show servers state`: a version, a header that begins with `#`, then one line a server.
  static func parse(_ answer: String) throws(HAProxyError) -> [String: [String: ServerState]] {
    var columns: [Substring: Int] = [:]
    var servers: [String: [String: ServerState]] = [:]
    for line in answer.split(separator: "\n") {
      if line.hasPrefix("# ") {
        let names = line.dropFirst(2).split(separator: " ")
        columns = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        continue
      }
      let fields = line.split(separator: " ")
      guard fields.count > 1 else { continue }
      func field(_ name: Substring) -> Substring? {
        columns[name].flatMap { $0 < fields.count ? fields[$0] : nil }
      }
      guard let backend = field("be_name"), let server = field("srv_name"), let address = field("srv_addr"),
        let port = field("srv_port").flatMap({ Int($0) }), let admin = field("srv_admin_state").flatMap({ Int($0) })
      else { throw HAProxyError(.unexpectedAnswer, "'show servers state' answers '\(line)'") }
      // Bit 0 is maintenance asked for on the socket, bit 1 and 2 inherited or from the file.
      servers[String(backend), default: [:]][String(server)] = ServerState(
        place: .init(address: String(address), port: port), isInMaintenance: admin & 0x07 != 0)
    }
    return servers
  }

  /// Adds a server and lets it serve.
  public func add(
    _ server: String, to backend: String, at place: ProxyConfiguration.Server
  ) async throws(HAProxyError) {
    let name = "\(backend)/\(server)"
    let answer = try await socket.send(
      "add server \(name) \(place.address):\(place.port) \(ProxyConfiguration.serverOptions)")
    guard answer.hasPrefix("New server registered") else {
      throw HAProxyError(.refused, "add server \(name): \(answer)")
    }
    try await quietly("enable health \(name)")
    try await ready(server, in: backend)
  }

  /// Takes a server out of service; requests on the way to it are sent to another one.
  public func maintain(_ server: String, in backend: String) async throws(HAProxyError) {
    try await quietly("set server \(backend)/\(server) state maint")
  }

  /// Lets a server serve again.
  public func ready(_ server: String, in backend: String) async throws(HAProxyError) {
    try await quietly("set server \(backend)/\(server) state ready")
  }

  /// Gives a server another address.
  public func move(
    _ server: String, in backend: String, to place: ProxyConfiguration.Server
  ) async throws(HAProxyError) {
    let name = "\(backend)/\(server)"
    let answer = try await socket.send("set server \(name) addr \(place.address) port \(place.port)")
    guard answer.isEmpty || answer.contains("changed") || answer.contains("no need to change") else {
      throw HAProxyError(.refused, "set server \(name) addr: \(answer)")
    }
  }

  /// Removes a server that is in maintenance. Answers whether that was possible: while it has connections it is not.
  public func remove(_ server: String, from backend: String) async throws(HAProxyError) -> Bool {
    try await socket.send("del server \(backend)/\(server)").hasPrefix("Server deleted")
  }

  /// Ends the connections a server still has.
  public func endSessions(of server: String, in backend: String) async throws(HAProxyError) {
    try await quietly("shutdown sessions server \(backend)/\(server)")
  }

  private func quietly(_ command: String) async throws(HAProxyError) {
    let answer = try await socket.send(command)
    guard answer.isEmpty else { throw HAProxyError(.refused, "\(command): \(answer)") }
  }
}
