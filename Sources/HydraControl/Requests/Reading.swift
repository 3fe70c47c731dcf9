public import HydraModel

/// A request that only reads: the core answers it at once.
public protocol Reading: ClusterRequest {
  /// Its answer; throws `unavailable` until the saved state was read.
  func answer(_ core: ControlCore) throws(HydraError) -> Answer
}

extension ReadState: Reading {
  public func answer(_ core: ControlCore) throws(HydraError) -> ClusterState { try core.state() }
}

extension ReadNodes: Reading {
  public func answer(_ core: ControlCore) throws(HydraError) -> [NodeState] { try core.state().nodes }
}

extension ReadNode: Reading {
  public func answer(_ core: ControlCore) throws(HydraError) -> NodeState { try core.node(named: node) }
}

extension ReadServices: Reading {
  public func answer(_ core: ControlCore) throws(HydraError) -> [ServiceState] { try core.state().services }
}

extension ReadService: Reading {
  public func answer(_ core: ControlCore) throws(HydraError) -> ServiceState { try core.service(named: alias) }
}
