/// Freezes the container of a node: its processes stand still and keep their connections, as on a machine that hangs. Done when
/// the node is down.
public struct PauseNode: NodeRequest {
  public typealias Answer = NodeState
  public static let name = "node.pause"
  public static let endpoint = RequestEndpoint(.post, "/nodes/{name}/pause", "freeze a node's container")
  public static let news: [ClusterEvent.Kind] = [.nodeDown]

  /// Its name, or that of its container.
  public var node: String

  /// Pauses `node`.
  public init(_ node: String) { self.node = node }
}

/// Lets a paused node go on; done when it was emptied and is ready.
public struct UnpauseNode: NodeRequest {
  public typealias Answer = NodeState
  public static let name = "node.unpause"
  public static let endpoint = RequestEndpoint(.post, "/nodes/{name}/unpause", "let a paused node go on")
  public static let news: [ClusterEvent.Kind] = [.nodeReady]

  /// Its name, or that of its container.
  public var node: String

  /// Lets `node` go on.
  public init(_ node: String) { self.node = node }
}
