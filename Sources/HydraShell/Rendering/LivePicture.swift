import HydraDiagnostics
import HydraModel
import HydraRuntime

/// The picture of `watch --live` for a window of a given size.
struct LivePicture {
  private let tables: ModelTables

  /// A picture in the colours of `tables`, whose lines fit into the window.
  init(tables: ModelTables) { self.tables = tables }

  /// Minimum number of rows for events, including their heading and the blank row before it.
  private static let eventRows = 5

  /// At most `rows` lines of at most `columns` columns.
  func lines(_ frame: LiveFrame, rows: Int, columns: Int) -> [String] {
    var fitting = tables
    fitting.width = columns
    return LivePicture(tables: fitting).fittedLines(frame, rows: rows, columns: columns)
  }

  private func fittedLines(_ frame: LiveFrame, rows: Int, columns: Int) -> [String] {
    var lines = [head(frame)]
    if let problem = frame.problem { lines.append(tables.paint("no response: \(Shown.line(problem))", .bad)) }
    if let state = frame.state {
      let shown = parts(state, frame.what)
      var room = rows - lines.count - (rows >= 16 ? min(Self.eventRows, frame.events.count + 2) : 0)
      for (place, part) in shown.enumerated() {
        // Later parts keep a share, so that many nodes do not hide the services.
        let later = shown.dropFirst(place + 1).map { $0.count + 1 }.reduce(0, +)
        let share = max(room - later, room / (shown.count - place))
        let cut = Self.shortened(part, to: share - 1)
        guard !cut.isEmpty else { continue }
        lines += [""] + cut
        room -= cut.count + 1
      }
    }
    let left = rows - lines.count - 2
    if left > 0, !frame.events.isEmpty {
      lines += ["", tables.paint("EVENTS", .faint)]
      lines += frame.events.suffix(left).map { String(tables.event($0).dropLast()) }
    }
    return lines.prefix(rows).map { Clipping.line($0, to: columns) }
  }

  private func head(_ frame: LiveFrame) -> String {
    let time = tables.paint("\(Units.timeOfDay(tables.now).prefix(8)) UTC · q quits", .faint)
    guard let state = frame.state else { return time }
    let ready = state.nodes.count { $0.state == .ready }
    let nodes = tables.paint("\(ready)/\(state.nodes.count) nodes", ready == state.nodes.count ? .good : .bad)
    let healthy = state.services.count { $0.state == .healthy }
    let services = tables.paint(
      "\(healthy)/\(state.services.count) services", healthy == state.services.count ? .good : .uneasy)
    return "\(tables.paint(Shown.line(state.name), .strong))  \(nodes)  \(services)  \(time)"
  }

  private func parts(_ state: ClusterState, _ what: String?) -> [[String]] {
    func split(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
    switch what {
    case nil: return [split(tables.nodes(state.nodes)), split(tables.services(state.services))]
    case "nodes": return [split(tables.nodes(state.nodes))]
    case "services": return [split(tables.services(state.services))]
    case .some(let alias):
      guard let service = state.services.first(where: { $0.name == alias }) else {
        return [["there is no service '\(Shown.line(alias))'"]]
      }
      return [split(tables.service(service))]
    }
  }

  /// The first lines of a table, and how many more there are.
  private static func shortened(_ lines: [String], to rows: Int) -> [String] {
    guard lines.count > rows else { return lines }
    guard rows >= 2 else { return [] }
    return lines.prefix(rows - 1) + ["… and \(lines.count - rows + 1) more"]
  }
}
