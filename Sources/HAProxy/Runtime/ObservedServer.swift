/// A server as the worker has it: a line of `show servers state`.
public struct ObservedServer: Sendable, Equatable {
  /// Its backend and name.
  public var reference: ServerReference
  /// IP address; nil when it has none.
  public var address: String?
  /// TCP port.
  public var port: Int
  /// Whether requests are sent to it, as its administrator wants it.
  public var state: ProxyConfiguration.ServerState
  /// Whether it is up, as its checks say.
  public var isUp: Bool
  /// Whether it is checked.
  public var isChecked: Bool

  /// A server of these properties.
  public init(
    _ reference: ServerReference, address: String?, port: Int, state: ProxyConfiguration.ServerState = .ready,
    isUp: Bool = true, isChecked: Bool = true
  ) {
    self.reference = reference
    self.address = address
    self.port = port
    self.state = state
    self.isUp = isUp
    self.isChecked = isChecked
  }

  /// Reads `show servers state`. Columns are found by the names in its head, so that more of them do no harm.
  package static func list(_ text: String) throws(HAProxyError) -> [ObservedServer] {
    let command = "show servers state"
    var lines = text.split(separator: "\n").drop { !$0.hasPrefix("# ") }
    guard let head = lines.popFirst() else {
      throw .malformed(command, "it has no head")
    }
    let columns = head.dropFirst(2).split(separator: " ")
    func column(_ name: String) throws(HAProxyError) -> Int {
      guard let index = columns.firstIndex(where: { $0 == name }) else {
        throw .malformed(command, "it has no column \(name)")
      }
      return index
    }
    let backend = try column("be_name")
    let server = try column("srv_name")
    let address = try column("srv_addr")
    let port = try column("srv_port")
    let operation = try column("srv_op_state")
    let admin = try column("srv_admin_state")
    let check = try column("srv_check_state")
    var servers: [ObservedServer] = []
    for line in lines {
      let fields = line.split(separator: " ").map(String.init)
      guard fields.count == columns.count, let number = Int(fields[port]), let flags = Int(fields[admin]),
        let state = Int(fields[operation]), let checks = Int(fields[check])
      else { throw .malformed(command, "a line has other fields than the head") }
      servers.append(
        ObservedServer(
          ServerReference(backend: fields[backend], server: fields[server]),
          address: fields[address] == "-" ? nil : fields[address], port: number, state: adminState(flags),
          // 0 is stopped; 1 starting, 2 running and 3 stopping take requests.
          isUp: state != 0,
          // Bit 2: the checks are enabled.
          isChecked: checks & 4 != 0))
    }
    return servers
  }

  /// Bits as in HAProxy's `management.txt`: 1, 2, 0x20 and 0x40 are maintenance, forced, inherited, by name
  /// resolution or by host; 4 only says that the file began with it; 8 and 0x10 are draining.
  private static func adminState(_ flags: Int) -> ProxyConfiguration.ServerState {
    if flags & 0x63 != 0 { return .maintenance }
    return flags & 0x18 != 0 ? .drain : .ready
  }
}
