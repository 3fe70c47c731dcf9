import HydraControl
import HydraModel

/// Does what an effect says, with the engines, the proxy and the store.
struct Performer: Sendable {
  let engines: DockerPlatform
  let proxy: HAProxyControl
  let store: RedisStore

  /// Performs `kind`, telling how far it has come; every failure is an outcome.
  func perform(_ kind: Effect.Kind, progress: @escaping @Sendable (String) -> Void) async -> Outcome {
    do {
      return try await outcome(of: kind, progress)
    } catch {
      return .failed(HydraError.wrapping(error))
    }
  }

  private func outcome(
    of kind: Effect.Kind, _ progress: @escaping @Sendable (String) -> Void
  ) async throws -> Outcome {
    switch kind {
    case .load:
      async let events = store.events(limit: EventLog.capacity)
      return .loaded(try await store.load(), events: try await events)
    case .save(let state): try await store.save(state)
    case .append(let events): try await store.append(events)
    case .lookAtNodes: return .nodes(try await engines.observeNodes())
    case .probe(let address, let images):
      let replicas = try await engines.observeReplicas(on: address)
      let present = images.isEmpty ? [] : try await engines.presentImages(Set(images), on: address)
      return .replicas(replicas, images: present)
    case .createNode(let record): return .node(try await engines.createNode(record))
    case .startNode(let name): return .node(try await engines.startNode(name))
    case .halt(let name, let halt): try await engines.halt(name, halt)
    case .removeNode(let name): try await engines.removeNode(name)
    case .provideImage(let image, let addresses):
      return .images(try await engines.provideImage(image, to: addresses, progress: progress))
    case .startReplica(let spec, let address): return .container(try await engines.startReplica(spec, on: address))
    case .stopReplica(let container, let address): try await engines.stopReplica(container, on: address)
    case .checkHealth(let spec, let address): return .health(await engines.checkHealth(of: spec, at: address.ip))
    case .readNodeLog(let name): return .log(try await engines.nodeLog(name, lines: 3))
    case .readReplicaLog(let container, let address):
      return .log(try await engines.replicaLog(container, on: address, lines: 3))
    case .applyRoutes(let table): try await proxy.apply(table)
    case .takeOut(let entries): try await proxy.takeOut(entries)
    case .startPart(let part): try await engines.startPart(part)
    case .answer, .tell, .wake, .cancel: break
    }
    return .done
  }
}
