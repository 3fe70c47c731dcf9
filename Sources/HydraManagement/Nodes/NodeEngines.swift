import DockerEngine
import HydraContainers
import HydraControl
import HydraModel

/// Clients of the engines in the nodes, one for each run of a node, over mutual TLS.
actor NodeEngines {
  private let names: ClusterNames
  private let identity: ClusterIdentity
  private var engines: [String: (address: NodeAddress, engine: DockerEngine)] = [:]

  init(names: ClusterNames, identity: ClusterIdentity) {
    self.names = names
    self.identity = identity
  }

  /// The engine of `node`. The client of an earlier run is closed: its connections lead nowhere.
  func engine(_ node: NodeAddress) async throws -> DockerEngine {
    if let known = engines[node.name] {
      if known.address == node { return known.engine }
      engines[node.name] = nil
      Task { await known.engine.shutdown() }
    }
    let tls = EngineTLS(
      authority: identity.authority.certificate, certificate: identity.client.certificate, key: identity.client.key,
      address: node.ip)
    let endpoint = EngineEndpoint.tcp(
      host: names.container(ofNode: node.name), port: ServiceSpec.enginePort, tls: tls)
    let engine = try DockerEngine(endpoint, connectTimeout: .seconds(1))
    engines[node.name] = (node, engine)
    return engine
  }

  /// Closes the client of a node that was removed.
  func forget(_ name: String) async {
    if let known = engines.removeValue(forKey: name) { await known.engine.shutdown() }
  }

  func shutdown() async {
    for known in engines.values { await known.engine.shutdown() }
    engines = [:]
  }
}
