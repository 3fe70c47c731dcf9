/// Reads all nodes, by number.
public struct ReadNodes: ClusterRequest {
  public typealias Answer = [NodeState]
  public static let name = "node.list"
  public static let endpoint = RequestEndpoint(.get, "/nodes", "the nodes")
  public static let patience = RequestPatience.reading

  /// Reads all nodes.
  public init() {}
  public init(fields: inout some RequestFields) {}
}

/// Reads one node.
public struct ReadNode: NodeRequest {
  public typealias Answer = NodeState
  public static let name = "node.inspect"
  public static let endpoint = RequestEndpoint(.get, "/nodes/{name}", "one node")
  public static let patience = RequestPatience.reading

  /// Its name, or that of its container.
  public var node: String

  /// Reads `node`.
  public init(_ node: String) { self.node = node }
}
