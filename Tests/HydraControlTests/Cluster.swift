import HydraControl
import HydraModel
import HydraSimulation
import Testing

/// A simulated world in which nothing goes wrong by itself.
func world(nodes: Int = 0, seed: UInt64 = 1) -> World {
  var world = World(seed: seed)
  world.images["hydra-hello"] = .works
  _ = world.run { (try? $0.state()) != nil }
  for _ in 0..<nodes { _ = world.call(AddNode(NodeSpec())) }
  return world
}

extension World {
  /// Deploys `replicas` of hydra-hello.
  mutating func hello(
    _ replicas: Int, alias: String = "hello1", port: Int = 8001, key: String? = nil
  ) -> Result<Reply, HydraError> {
    call(AddService(spec(replicas, alias: alias, port: port)), key: key)
  }

  func spec(_ replicas: Int, alias: String = "hello1", port: Int = 8001) -> ServiceSpec {
    ServiceSpec(alias: alias, image: "hydra-hello", replicas: replicas, nodePort: port, servicePort: 8000)
  }

  /// How many containers of replicas there are, running or not.
  var containers: Int { nodes.values.reduce(0) { $0 + $1.replicas.count } }
  var nodeNames: [String] { ((try? state())?.nodes ?? []).map(\.name) }
  var serviceNames: [String] { ((try? state())?.services ?? []).map(\.name) }
  var events: [ClusterEvent] { core?.recentEvents ?? [] }
}

extension Result where Success == Reply, Failure == HydraError {
  var node: NodeState? { if case .success(.node(let node)) = self { node } else { nil } }
  var service: ServiceState? { if case .success(.service(let service)) = self { service } else { nil } }
  var migration: Migration? { if case .success(.migration(let migration)) = self { migration } else { nil } }
  var error: HydraError? { if case .failure(let error) = self { error } else { nil } }

  /// Expects a failure with `code` and a message that contains each of `texts`.
  func expectFailure(
    _ code: HydraError.Code, _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard let error else {
      Issue.record("expected \(code.rawValue), it succeeded: \(self)", sourceLocation: sourceLocation)
      return
    }
    #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    for text in texts { #expect(error.message.contains(text), "\(error)", sourceLocation: sourceLocation) }
  }
}
