/// Counters of a frontend, a backend or a server: a line of `show stat`.
public struct StatisticsRow: Sendable, Equatable {
  /// What the line is about.
  public enum Kind: Int, Sendable {
    /// Where requests come in.
    case frontend = 0
    /// All servers of a backend together.
    case backend = 1
    /// One server.
    case server = 2
    /// One address of a frontend.
    case listener = 3
  }

  /// Name of the frontend or backend.
  public var proxy: String
  /// Name of the server; `FRONTEND` or `BACKEND` for the others.
  public var name: String
  /// What it is about.
  public var kind: Kind
  /// HAProxy's word: `UP`, `DOWN`, `MAINT`, `DRAIN`, `OPEN`, `no check`, `UP 1/2`, …
  public var status: String
  /// Sessions now.
  public var sessions: Int
  /// Sessions since the worker was started.
  public var totalSessions: Int
  /// Bytes received and sent since then.
  public var bytesIn: Int, bytesOut: Int
  /// Connections that failed, and requests that were sent again or to another server.
  public var connectionErrors: Int, retries: Int, redispatches: Int
  /// Responses by class: 1xx, 2xx, 3xx, 4xx, 5xx.
  public var answers: [Int]
  /// Requests in the last second; nil for servers.
  public var requestRate: Int?
  /// How the last check ended, such as `L4OK`, `L4TOUT`, `L7STS`; nil without checks.
  public var checkStatus: String?
  /// Milliseconds the last check took.
  public var checkDuration: Int?
  /// `address:port` of a server.
  public var address: String?

  /// Reads `show stat`, a table of comma-separated values.
  package static func list(_ text: String) throws(HAProxyError) -> [StatisticsRow] {
    var lines = text.split(separator: "\n").drop { !$0.hasPrefix("# ") }
    guard let head = lines.popFirst() else { throw .malformed("show stat", "it has no head") }
    let columns = CSVLine.fields(head.dropFirst(2))
    var rows: [StatisticsRow] = []
    for line in lines {
      let fields = CSVLine.fields(line)
      var values: [String: String] = [:]
      for (name, value) in zip(columns, fields) where !value.isEmpty { values[name] = value }
      guard let row = StatisticsRow(values) else {
        throw .malformed("show stat", "a line lacks pxname, svname or type")
      }
      rows.append(row)
    }
    return rows
  }

  private init?(_ values: [String: String]) {
    func number(_ name: String) -> Int? { values[name].flatMap { Int($0) } }
    guard let proxy = values["pxname"], let name = values["svname"],
      let kind = number("type").flatMap({ Kind(rawValue: $0) })
    else { return nil }
    self.proxy = proxy
    self.name = name
    self.kind = kind
    status = values["status"] ?? ""
    sessions = number("scur") ?? 0
    totalSessions = number("stot") ?? 0
    bytesIn = number("bin") ?? 0
    bytesOut = number("bout") ?? 0
    connectionErrors = number("econ") ?? 0
    retries = number("wretr") ?? 0
    redispatches = number("wredis") ?? 0
    answers = (1...5).map { number("hrsp_\($0)xx") ?? 0 }
    requestRate = number("req_rate")
    // A `*` before it says that a check is under way.
    checkStatus = values["check_status"].map { String($0.drop { $0 == "*" || $0 == " " }) }
    checkDuration = number("check_duration")
    address = values["addr"]
  }
}

/// One line of comma-separated values: fields that hold commas or quotes stand in quotes, quotes within are doubled.
enum CSVLine {
  static func fields(_ line: Substring) -> [String] {
    var fields: [String] = []
    var current = ""
    var quoted = false
    var characters = line.makeIterator()
    var next = characters.next()
    while let character = next {
      next = characters.next()
      switch (character, quoted) {
      case ("\"", true) where next == "\"":
        current.append("\"")
        next = characters.next()
      case ("\"", _): quoted.toggle()
      case (",", false):
        fields.append(current)
        current = ""
      default: current.append(character)
      }
    }
    return fields + [current]
  }
}
