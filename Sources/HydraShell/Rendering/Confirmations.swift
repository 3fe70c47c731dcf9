import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime

/// What people see after a command that changed something: a line for each thing, not its whole state.
struct Confirmations {
  let paint: Paint

  /// The lines; nil where the whole result is to be shown.
  func render(_ result: CommandResult) -> String? {
    switch (result.command, result.payload) {
    case (let command?, .node(let node)) where command != .nodeInspect: return line(node)
    case (let command?, .nodes(let nodes)) where command != .nodeList: return nodes.map(line).joined()
    case (.serviceAdd?, .service(let service)): return line(service)
    case (.clusterUse?, .cluster(let cluster)): return "using \(Shown.line(cluster.name))\n"
    case (.clusterConnect?, .cluster(let cluster)):
      return "connected to \(Shown.line(cluster.name)) at \(Shown.line(cluster.api))\n"
    case (.clusterDisconnect?, .cluster(let cluster)): return "disconnected from \(Shown.line(cluster.name))\n"
    default: return nil
    }
  }

  private func line(_ node: NodeState) -> String {
    let details = [node.ip, node.reason].compactMap { $0 }.map(Shown.line)
    return "\(Shown.line(node.name)) \(paint(node.state.rawValue, node.state.meaning))"
      + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))") + "\n"
  }

  private func line(_ service: ServiceState) -> String {
    let nodes = CountedNames.text(service.nodes.compactMap(\.name), separator: ", ")
    let place = service.endpoints.first.map { ", at \(Shown.line($0))" } ?? ""
    return "\(Shown.line(service.name)) \(paint(service.state.rawValue, service.state.meaning)): "
      + "\(service.ready)/\(service.replicas) on \(Shown.line(nodes))\(place)\n"
  }
}
