import HydraDiagnostics
import HydraModel
import HydraRuntime

/// What `watch --live` looks like in a window of a given size.
struct LivePicture {
  let tables: ModelTables

  /// Rows that events get at least, their heading and the blank row before it included.
  private static let eventRows = 5

  /// At most `rows` lines of at most `columns` columns.
  func lines(_ frame: LiveFrame, rows: Int, columns: Int) -> [String] {
    var lines = [head(frame)]
    if let problem = frame.problem { lines.append(tables.paint("no answer: \(Shown.line(problem))", .bad)) }
    if let state = frame.state {
      let shown = parts(state, frame.what)
      var room = rows - lines.count - (rows >= 16 ? min(Self.eventRows, frame.events.count + 2) : 0)
      for (place, part) in shown.enumerated() {
        // What comes later keeps a share, so that many nodes do not hide the services.
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
    return lines.prefix(rows).map { Self.clipped($0, to: columns) }
  }

  private func head(_ frame: LiveFrame) -> String {
    let time = tables.paint("\(Units.timeOfDay(tables.now).prefix(8)) UTC · Ctrl-C ends", .faint)
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
      guard let service = state.services.first(where: { $0.name == alias }) else { return [["no service '\(alias)'"]] }
      return [split(tables.service(service))]
    }
  }

  /// The first lines of a table, and how many there are beside them.
  private static func shortened(_ lines: [String], to rows: Int) -> [String] {
    guard lines.count > rows else { return lines }
    guard rows >= 2 else { return [] }
    return lines.prefix(rows - 1) + ["… and \(lines.count - rows + 1) more"]
  }

  /// `line` up to `columns` columns; colours take none and are ended.
  static func clipped(_ line: String, to columns: Int) -> String {
    var shown = ""
    var width = 0
    var isColored = false
    var rest = line[...]
    while let character = rest.first {
      if character == "\u{1B}", let end = rest.firstIndex(of: "m") {
        isColored = !rest[...end].hasSuffix("[0m")
        shown += rest[...end]
        rest = rest[rest.index(after: end)...]
        continue
      }
      width += DisplayWidth.of(character)
      guard width <= columns else { return isColored ? shown + "\u{1B}[0m" : shown }
      shown.append(character)
      rest.removeFirst()
    }
    return shown
  }
}
