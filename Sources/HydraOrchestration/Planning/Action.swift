/// One thing the controller does to bring what is nearer to what shall be.
public enum Action: Sendable, Hashable {
  /// Makes and starts a node's container.
  case createNode(String)
  /// Removes a node's container and volume.
  case removeNode(String)
  /// Brings an image to nodes: read once, written to all of them.
  case provideImage(String, nodes: [String])
  /// Makes and starts a replica's container, in place of a dead one.
  case startReplica(service: String, slot: Int, node: String)
  /// Waits until a replica passes its check.
  case awaitHealth(service: String, slot: Int, node: String, container: String)
  /// Stops and removes a container that shall not be there.
  case stopReplica(node: String, container: String)

  /// What the action works on. Of the actions on one subject one runs at a time, and a failure is not tried again at once.
  public var subjects: [Subject] {
    switch self {
    case .createNode(let node), .removeNode(let node): [.node(node)]
    case .provideImage(let image, let nodes): nodes.map { .image(image, node: $0) }
    case .startReplica(let service, let slot, let node): [.replica(service: service, slot: slot, node: node)]
    case .awaitHealth(let service, let slot, let node, _): [.replica(service: service, slot: slot, node: node)]
    case .stopReplica(let node, let container): [.container(container, node: node)]
    }
  }

  /// What an action works on.
  public enum Subject: Sendable, Hashable {
    case node(String)
    case image(String, node: String)
    case replica(service: String, slot: Int, node: String)
    case container(String, node: String)
  }
}

extension Action: CustomStringConvertible {
  /// The action in words, for a plan shown to people.
  public var description: String {
    switch self {
    case .createNode(let node): "create \(node)"
    case .removeNode(let node): "remove \(node)"
    case .provideImage(let image, let nodes): "bring image '\(image)' to \(nodes.joined(separator: ", "))"
    case .startReplica(let service, let slot, let node): "start \(service).\(slot) on \(node)"
    case .awaitHealth(let service, let slot, let node, _): "wait until \(service).\(slot) on \(node) is healthy"
    case .stopReplica(let node, let container): "stop container \(container.prefix(12)) on \(node)"
    }
  }
}
