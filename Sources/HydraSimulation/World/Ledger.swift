import HydraControl
import HydraModel

/// What clients know, and what has to be true of that.
extension World {
  /// A request is under way: what it is about is open.
  mutating func open(_ work: any Work) {
    switch work {
    case let work as RemoveNode:
      clients.openNodes.insert(work.node)
      if work.force { clients.givenUp.insert(work.node) }
    case let work as RemoveService: clients.openServices.insert(work.alias)
    default: break
    }
  }

  /// A request was answered: what its client knows now.
  mutating func conclude(_ pending: Clients.Pending, _ result: Result<Reply, HydraError>) {
    switch (pending.work, result) {
    case (is AddNode, .success(.node(let node))):
      if !clients.removedNodes.contains(node.name) { clients.nodes.insert(node.name) }
    case (let work as AddService, .success):
      if clients.services[work.spec.alias] == nil, !clients.openServices.contains(work.spec.alias) {
        clients.services[work.spec.alias] = work.spec
      }
    case (let work as RemoveNode, .success):
      // The number of a node that was never acknowledged may be another's by now.
      let wasThere = clients.nodes.remove(work.node) != nil
      clients.removedNodes.insert(work.node)
      if let core, wasThere, core.hasNode(work.node) { violated("\(work.node) was removed, and is there") }
    case (let work as RemoveNode, .failure(let error)):
      close(work, error, pending)
    case (let work as RemoveService, .success):
      clients.services[work.alias] = nil
      if let core, core.hasService(work.alias) { violated("service \(work.alias) was removed, and is there") }
    case (let work as RemoveService, .failure(let error)):
      close(work, error, pending)
    default: break
    }
  }

  /// A removal that failed removed nothing, unless it said that it goes on, or that nobody knows.
  private mutating func close(_ work: RemoveNode, _ error: HydraError, _ pending: Clients.Pending) {
    guard let core, core.isStarted, !pending.isOpen, isRefusal(error), core.hasNode(work.node) else {
      clients.nodes.remove(work.node)
      return
    }
    if !clients.pending.values.contains(where: { ($0.work as? RemoveNode)?.node == work.node }) {
      clients.openNodes.remove(work.node)
    }
  }

  private mutating func close(_ work: RemoveService, _ error: HydraError, _ pending: Clients.Pending) {
    guard let core, core.isStarted, !pending.isOpen, isRefusal(error), core.hasService(work.alias) else {
      clients.services[work.alias] = nil
      return
    }
    if !clients.pending.values.contains(where: { ($0.work as? RemoveService)?.alias == work.alias }) {
      clients.openServices.remove(work.alias)
    }
  }

  private func isRefusal(_ error: HydraError) -> Bool {
    switch error.code {
    case .noCapacity, .notFound, .conflict: true
    case .cancelled: error.message == "interrupted"
    default: false
    }
  }
}
