/// Starts the container of a node again, or unpauses it; done when the node is ready.
public struct StartNode: NodeRequest {
  public typealias Answer = NodeState
  public static let name = "node.start"
  public static let endpoint = RequestEndpoint(.post, "/nodes/{name}/start", "start a node that is down")
  public static let news: [ClusterEvent.Kind] = [.nodeReady]

  /// Its name, or that of its container.
  public var node: String

  /// Starts `node`.
  public init(_ node: String) { self.node = node }
}
