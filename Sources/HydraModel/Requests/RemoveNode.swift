/// Takes a node out of the cluster. Its replicas are moved first; without room for them that is refused unless `force`.
public struct RemoveNode: ClusterRequest {
  public typealias Answer = Removed
  public static let name = "node.remove"
  public static let endpoint = RequestEndpoint(
    .delete, "/nodes/{name}", "remove a node; ?force=true without room for its replicas")
  public static let patience = RequestPatience.deployment
  public static let news: [ClusterEvent.Kind] = [.nodeRemoved]

  /// Its name, or that of its container.
  public var node: String
  /// Whether it is removed even if its replicas have nowhere to go.
  public var force: Bool

  /// Removes `node`.
  public init(_ node: String, force: Bool = false) {
    self.node = node
    self.force = force
  }

  public init(fields: inout some RequestFields) {
    node = fields.parameter("name")
    force = fields.flag("force")
  }

  public var parameters: [String: String] { ["name": node] }
  public var query: [String: String] { force ? ["force": "true"] : [:] }
}

/// The answer to a removal.
public struct Removed: Sendable, Codable, Equatable {
  /// What was removed.
  public var name: String
  /// True.
  public var removed = true

  /// `name` was removed.
  public init(_ name: String) { self.name = name }
}
