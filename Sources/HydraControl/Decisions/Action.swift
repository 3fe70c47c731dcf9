import HydraModel

/// One thing to be done so that what is becomes what is desired.
enum Action: Sendable, Hashable {
  case createNode(String)
  case removeNode(String)
  /// Brings an image to nodes: read once, written to all of them.
  case provideImage(String, nodes: [String])
  /// Starts a replica in place of a dead one.
  case startReplica(SlotName, node: String)
  /// Watches over a replica until it is healthy.
  case awaitHealth(SlotName, node: String, container: String)
  /// Stops and removes a container that is not wanted.
  case stopReplica(node: String, container: String)

  var subjects: [Subject] {
    switch self {
    case .createNode(let node), .removeNode(let node): [.node(node)]
    case .provideImage(let image, let nodes): nodes.map { .image(image, node: $0) }
    case .startReplica(let name, let node), .awaitHealth(let name, let node, _): [.replica(name, node: node)]
    case .stopReplica(let node, let container): [.container(container, node: node)]
    }
  }

  /// The action in words.
  var text: String {
    switch self {
    case .createNode(let node): "create \(node)"
    case .removeNode(let node): "remove \(node)"
    case .provideImage(let image, let nodes): "bring image '\(image)' to \(nodes.joined(separator: ", "))"
    case .startReplica(let name, let node): "start \(name.text) on \(node)"
    case .awaitHealth(let name, let node, _): "wait until \(name.text) on \(node) is healthy"
    case .stopReplica(let node, let container): "stop container \(container.prefix(12)) on \(node)"
    }
  }
}
