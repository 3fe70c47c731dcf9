/// Reads the whole cluster.
public struct ReadState: ClusterRequest {
  public typealias Answer = ClusterState
  public static let name = "state"
  public static let endpoint = RequestEndpoint(.get, "/state", "the whole cluster")
  public static let patience = RequestPatience.reading

  /// Reads the state.
  public init() {}
  public init(fields: inout some RequestFields) {}
}
