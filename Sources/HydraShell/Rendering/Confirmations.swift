import HydraLanguage
import HydraModel
import HydraRuntime

/// What a command that changed something answers to people: a line for each thing, not its whole state.
struct Confirmations {
  let paint: Paint

  /// The lines; nil where the whole answer is to be shown.
  func render(_ result: CommandResult) -> String? {
    switch (result.command, result.payload) {
    case (.nodeAdd?, .node(let node)), (.nodeStart?, .node(let node)), (.nodeKill?, .node(let node)):
      return line(node)
    case (.nodeAdd?, .nodes(let nodes)), (.nodeStart?, .nodes(let nodes)), (.nodeKill?, .nodes(let nodes)):
      return nodes.map(line).joined()
    case (.serviceAdd?, .service(let service)): return line(service)
    case (.clusterUse?, .cluster(let cluster)): return "using \(cluster.name)\n"
    case (.clusterConnect?, .cluster(let cluster)): return "connected to \(cluster.name) at \(cluster.api)\n"
    case (.clusterDisconnect?, .cluster(let cluster)): return "\(cluster.name) forgotten\n"
    default: return nil
    }
  }

  private func line(_ node: NodeState) -> String {
    let details = [node.ip, node.reason].compactMap { $0 }.map(Shown.line)
    return "\(node.name) \(paint(node.state.rawValue, node.state.meaning))"
      + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))") + "\n"
  }

  private func line(_ service: ServiceState) -> String {
    let nodes = service.nodes.compactMap(\.name).joined(separator: ", ")
    let place = service.endpoints.first.map { ", at \($0)" } ?? ""
    return "\(service.name) \(paint(service.state.rawValue, service.state.meaning)): "
      + "\(service.ready)/\(service.replicas) on \(nodes)\(place)\n"
  }
}
