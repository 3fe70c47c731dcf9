/// Removes a service with all its replicas.
public struct RemoveService: ClusterRequest {
  public typealias Answer = Removed
  public static let name = "service.remove"
  public static let endpoint = RequestEndpoint(.delete, "/services/{alias}", "remove a service")
  public static let patience = RequestPatience.deployment

  /// Its alias.
  public var alias: String

  /// Removes service `alias`.
  public init(_ alias: String) { self.alias = alias }
  public init(fields: inout some RequestFields) { alias = fields.parameter("alias") }
  public var parameters: [String: String] { ["alias": alias] }
}
