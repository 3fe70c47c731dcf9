import HydraControl
import HydraModel

/// What everybody was promised, once the faults are over.
extension World {
  /// Whether the world is as everybody was promised; what is missing, if not.
  func unrest() -> String? {
    guard let core, core.isStarted, let state = try? core.state() else { return "the core does not work" }
    let waitsForRoom = { (pending: Clients.Pending) -> Bool in
      guard let work = pending.work as? AddService, core.hasService(work.spec.alias) else { return false }
      return core.freeNode(for: work.spec.alias) == nil
    }
    if let pending = clients.pending.values.first(where: { !waitsForRoom($0) }) {
      return "\(pending.key) waits; in the core wait \(core.waiting), \(core.obstacles); \(pending.work)"
    }
    for node in state.nodes {
      guard let container = nodes[node.name] else {
        if checker.destroyedNodes.contains(node.name) { continue }
        return "\(node.name) has no container"
      }
      if isMute(node.name) {
        if node.state != .down { return "\(node.name) is silent, and \(node.state.rawValue): \(core.obstacles)" }
      } else if container.state == .running, node.state != .ready {
        return "\(node.name) runs and is \(node.state.rawValue): \(node.reason ?? ""), \(core.obstacles)"
      }
    }
    for name in nodes.keys.sorted() where !state.nodes.contains(where: { $0.name == name }) {
      return "\(name) is nobody's"
    }
    for service in state.services {
      switch service.state {
      case .healthy: break
      case .deploying where core.freeNode(for: service.name) == nil && service.nodes.contains { $0.state == .pending }:
        break
      case .deploying, .removing: return "\(service.name) is \(service.state.rawValue)"
      case .degraded, .down:
        guard service.nodes.allSatisfy({ $0.state == .ready || $0.state == .pending }) else {
          return "\(service.name) is \(service.state.rawValue): \(service.reason ?? "")"
        }
        if let free = core.freeNode(for: service.name) {
          return "\(service.name) waits for a node, and \(free) is free"
        }
      }
    }
    return containersUnrest(state) ?? proxyUnrest(state)
  }

  private func containersUnrest(_ state: ClusterState) -> String? {
    for (name, node) in nodes.sorted(by: { $0.key < $1.key }) {
      guard node.state == .running, !isMute(name) else { continue }
      for (id, replica) in node.replicas.sorted(by: { $0.key < $1.key }) {
        let (alias, slot) = (replica.spec.service.alias, replica.spec.slot)
        let isWanted =
          state.services.first { $0.name == alias }?.nodes.contains { $0.slot == slot && $0.name == name } == true
        if !isWanted { return "\(alias).\(slot) (\(id)) runs on \(name), where nobody wants it" }
      }
    }
    return nil
  }

  private func proxyUnrest(_ state: ClusterState) -> String? {
    guard proxy.isUp else { return "the proxy is down" }
    for service in state.services {
      let wanted = Set(service.nodes.filter { $0.state == .ready }.compactMap(\.name))
      let routed = Set(proxy.table.services[service.name].map { Array($0.servers.keys) } ?? [])
      if wanted != routed { return "\(service.name) is routed to \(routed.sorted()) instead of \(wanted.sorted())" }
    }
    for alias in proxy.table.services.keys where !state.services.contains(where: { $0.name == alias }) {
      return "\(alias) is routed, and gone"
    }
    return nil
  }
}
