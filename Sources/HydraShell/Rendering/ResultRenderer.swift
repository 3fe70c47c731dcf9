import FoundationEssentials
import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime

/// Results in the requested format: the one place where they become text.
struct ResultRenderer {
  /// Colours of the destination.
  let paint: Paint
  let now: Date
  /// Columns of the terminal; nil without one: nothing is cut then.
  var columns: Int?

  /// The text of `result`; empty when there is nothing to show.
  func render(_ result: CommandResult) -> String {
    if case .help(let topic) = result.payload { return help(topic, color: result.options.color) }
    switch result.options.format {
    case .json: return result.value.json(pretty: true) + "\n"
    case .yaml: return YAMLWriter.write(result.value)
    case .names: return names(result.value).map { $0 + "\n" }.joined()
    case .table:
      if result.options.quiet, result.command?.isConfirmed == true { return "" }
      return table(result)
    }
  }

  /// One event of `watch`.
  func render(_ event: ClusterEvent, _ options: OutputOptions) -> String {
    switch options.format {
    case .json: Value(event).json() + "\n"
    case .yaml: "---\n" + YAMLWriter.write(Value(event))
    case .names: event.kind.rawValue + "\n"
    case .table: tables(options).event(event)
    }
  }

  private func tables(_ options: OutputOptions) -> ModelTables {
    ModelTables(
      paint: Paint(isOn: paint.isOn && options.color), now: now, width: options.wide ? nil : columns)
  }

  private func table(_ result: CommandResult) -> String {
    let tables = tables(result.options)
    if let confirmation = Confirmations(paint: tables.paint).render(result) { return confirmation }
    switch result.payload {
    case .clusters(let clusters): return tables.clusters(clusters)
    case .cluster(let cluster): return tables.cluster(cluster)
    case .destroyed(let report): return tables.destroyed(report)
    case .nodes(let nodes): return tables.nodes(nodes)
    case .node(let node): return tables.node(node)
    case .services(let services): return tables.services(services)
    case .service(let service): return tables.service(service)
    case .migration(let migration): return tables.migration(migration)
    case .state(let state): return tables.state(state)
    case .removed(let names): return names.map { "\(Shown.line($0)) removed\n" }.joined()
    case .value(.null): return ""
    case .value(let value): return ValueTable.render(value, tables.paint, width: tables.width)
    case .help: return ""
    }
  }

  private func help(_ topic: [String], color: Bool) -> String {
    let help = HelpText(paint: Paint(isOn: paint.isOn && color))
    return help.page(topic) ?? HelpText.missing(topic) + "\n"
  }

  /// The name of a value, or of each of its elements.
  private func names(_ value: Value) -> [String] {
    switch value {
    case .null: []
    case .list(let items): items.flatMap(names)
    case .record(let record): record["name"].map(names) ?? []
    default: [Shown.line(value.text)]
    }
  }
}

extension CommandID {
  /// Whether its output only confirms what was done.
  var isConfirmed: Bool {
    switch self {
    case .clusterList, .clusterInspect, .nodeList, .nodeInspect, .serviceList, .serviceInspect, .state, .watch, .help,
      .print, .printError:
      false
    default: true
    }
  }
}

/// A value of the language in a form for people.
enum ValueTable {
  /// A list of records as a table, a record as fields, anything else as `print` gives it.
  static func render(_ value: Value, _ paint: Paint, width: Int?) -> String {
    switch value {
    case .list(let items) where !items.isEmpty:
      let records = items.compactMap { if case .record(let record) = $0 { record } else { nil } }
      guard records.count == items.count else { break }
      var columns: [String] = []
      for key in records.flatMap(\.keys) where !columns.contains(key) { columns.append(key) }
      return Table(
        columns: columns,
        rows: records.map { record in columns.map { .init(record[$0].map(field)) } }
      ).render(paint, width: width)
    case .record(let record) where record.count > 0:
      return Fields(rows: zip(record.keys, record.values).map { ($0, .init(field($1))) }).render(paint)
    default: break
    }
    return Shown.lines(value.text) + "\n"
  }

  private static func field(_ value: Value) -> String { value == .null ? "" : value.text }
}
