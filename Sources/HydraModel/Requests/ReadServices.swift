/// Reads all services, by alias.
public struct ReadServices: ClusterRequest {
  public typealias Answer = [ServiceState]
  public static let name = "service.list"
  public static let endpoint = RequestEndpoint(.get, "/services", "the services")
  public static let patience = RequestPatience.reading

  /// Reads all services.
  public init() {}
  public init(fields: inout some RequestFields) {}
}

/// Reads one service.
public struct ReadService: ClusterRequest {
  public typealias Answer = ServiceState
  public static let name = "service.inspect"
  public static let endpoint = RequestEndpoint(.get, "/services/{alias}", "one service")
  public static let patience = RequestPatience.reading

  /// Its alias.
  public var alias: String

  /// Reads service `alias`.
  public init(_ alias: String) { self.alias = alias }
  public init(fields: inout some RequestFields) { alias = fields.parameter("alias") }
  public var parameters: [String: String] { ["alias": alias] }
}
