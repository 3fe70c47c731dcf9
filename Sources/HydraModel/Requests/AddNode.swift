/// Adds one node; done when it is ready.
public struct AddNode: ClusterRequest {
  public typealias Answer = NodeState
  public static let name = "node.add"
  public static let endpoint = RequestEndpoint(.post, "/node", "add a node: cpus, memory, labels")
  public static let patience = RequestPatience.node
  public static let news: [ClusterEvent.Kind] = [.nodeReady]

  /// The node as requested.
  public var spec: NodeSpec

  /// Adds a node of `spec`.
  public init(_ spec: NodeSpec = NodeSpec()) { self.spec = spec }

  public init(fields: inout some RequestFields) {
    spec = NodeSpec(
      cpus: fields.number("cpus"), memory: fields.integer("memory", Int64.self),
      labels: fields.stringMap("labels") ?? [:])
  }

  public func problems() -> [HydraError] { spec.problems() }
  public var body: (any Encodable)? { spec }
}
