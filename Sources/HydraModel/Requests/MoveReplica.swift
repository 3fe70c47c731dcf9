/// Moves a replica of a service to another node; done when it serves there and the old one is gone.
public struct MoveReplica: ClusterRequest {
  public typealias Answer = Migration
  public static let name = "migrate"
  public static let endpoint = RequestEndpoint(.post, "/services/{alias}/migrate", "move a replica: from, to")
  public static let patience = RequestPatience.deployment
  public static let news: [ClusterEvent.Kind] = [.migrationDone, .migrationFailed]

  /// Alias of the service.
  public var service: String
  /// The node to leave; nil for the one with the highest load.
  public var from: String?
  /// The node to go to; nil for the free one with the lowest load.
  public var to: String?

  /// Moves a replica of `service`.
  public init(_ service: String, from: String? = nil, to: String? = nil) {
    self.service = service
    self.from = from
    self.to = to
  }

  public init(fields: inout some RequestFields) {
    service = fields.parameter("alias")
    from = fields.string("from")
    to = fields.string("to")
  }

  public func problems() -> [HydraError] {
    var problems: [HydraError] = []
    for (name, node) in [("from", from), ("to", to)] where node?.isEmpty == true {
      problems.append(HydraError(.invalidArgument, "field '\(name)' is empty, expected the name of a node"))
    }
    if let from, !from.isEmpty, from == to {
      problems.append(HydraError(.invalidArgument, "'from' and 'to' are both '\(from)'"))
    }
    return problems
  }

  public var parameters: [String: String] { ["alias": service] }
  public var body: (any Encodable)? { Nodes(from: from, to: to) }

  private struct Nodes: Encodable {
    var from: String?
    var to: String?
  }
}
