import AsyncAlgorithms
import AsyncSupport
import DockerEngine
import HydraContainers
import HydraControl
import HydraModel
import NIOCore

/// Brings images to nodes: from the host's engine when that has them, read once and written to all; else each node
/// pulls.
struct ImageDistributor: Sendable {
  let host: DockerEngine
  let engines: NodeEngines

  /// What went wrong, by node; empty when every node has the image now.
  func provide(
    _ image: String, to nodes: [NodeAddress], progress: @escaping @Sendable (String) -> Void
  ) async throws -> [String: HydraError] {
    let original = try await engineCall("looking for image '\(image)'") { try await host.inspectImage(image) }
    guard let original else { return await pull(image, nodes, progress) }
    var lacking: [NodeAddress] = []
    var errors: [String: HydraError] = [:]
    for node in nodes {
      do {
        let present = try await engines.engine(node).inspectImage(image, within: .seconds(5))
        if present?.id != original.id { lacking.append(node) }
      } catch {
        errors[node.name] = HydraDistribution.wrap(error, image, node)
      }
    }
    guard !lacking.isEmpty else { return errors }
    progress(
      "image '\(image)' (\(HydraDistribution.megabytes(original.size))) is sent to \(lacking.map(\.name).joined(separator: ", "))"
    )
    for (node, error) in try await send(image, to: lacking) { errors[node] = error }
    return errors
  }

  /// How long a node may take nothing of an image before it is left behind: the others would wait for it.
  private static let stall = Duration.seconds(15)

  /// One node that an image is written to.
  private struct Writer: Sendable {
    let node: NodeAddress
    let channel = AsyncThrowingChannel<ByteBuffer, any Error>()
    let load: Task<HydraError?, Never>

    init(_ image: String, _ node: NodeAddress, _ engines: NodeEngines) {
      self.node = node
      let channel = channel
      load = Task {
        defer { channel.finish() }
        do {
          try await engines.engine(node).loadImage(channel)
          return nil
        } catch {
          return HydraDistribution.wrap(error, image, node)
        }
      }
    }

    /// Hands over `chunk`; false if the node did not take it in time.
    func write(_ chunk: ByteBuffer) async -> Bool {
      (try? await withTimeLimit(ImageDistributor.stall) { await channel.send(chunk) }) != nil || Task.isCancelled
    }
  }

  /// One reader, a channel for each writer. A channel hands over one chunk at a time, so memory stays bounded and the
  /// slowest node sets the pace; one that fails ends its channel, and one that takes nothing is left behind.
  private func send(_ image: String, to nodes: [NodeAddress]) async throws -> [String: HydraError] {
    let source = try await engineCall("reading image '\(image)'") { try await host.saveImage(image) }
    let writers = nodes.map { Writer(image, $0, engines) }
    return await withTaskCancellationHandler {
      var errors: [String: HydraError] = [:]
      var open = writers
      do {
        for try await chunk in source {
          for slow in await Self.write(chunk, to: open) {
            slow.load.cancel()
            open.removeAll { $0.node == slow.node }
            errors[slow.node.name] = HydraError(
              .timeout, "image '\(image)' can't be brought to \(slow.node.name): it took nothing for \(Self.stall)")
          }
          if open.isEmpty { break }
        }
        for writer in open { writer.channel.finish() }
      } catch {
        for writer in open { writer.channel.fail(error) }
      }
      for writer in writers {
        let error = await writer.load.value
        if errors[writer.node.name] == nil { errors[writer.node.name] = error }
      }
      return errors
    } onCancel: {
      for writer in writers { writer.load.cancel() }
    }
  }

  /// Writes one chunk to all, and returns those that did not take it in time.
  private static func write(_ chunk: ByteBuffer, to writers: [Writer]) async -> [Writer] {
    await withTaskGroup(of: Writer?.self) { group in
      for writer in writers { group.addTask { await writer.write(chunk) ? nil : writer } }
      return await group.reduce(into: []) { slow, writer in if let writer { slow.append(writer) } }
    }
  }

  private func pull(
    _ image: String, _ nodes: [NodeAddress], _ progress: @escaping @Sendable (String) -> Void
  ) async -> [String: HydraError] {
    await withTaskGroup(of: (String, HydraError)?.self) { group in
      for node in nodes { group.addTask { await pull(image, node, progress) } }
      var errors: [String: HydraError] = [:]
      for await failure in group { if let failure { errors[failure.0] = failure.1 } }
      return errors
    }
  }

  private func pull(
    _ image: String, _ node: NodeAddress, _ progress: @escaping @Sendable (String) -> Void
  ) async -> (String, HydraError)? {
    do {
      let engine = try await engines.engine(node)
      if try await engine.inspectImage(image, within: .seconds(5)) != nil { return nil }
      progress("\(node.name) pulls image '\(image)'")
      try await engine.pullImage(image) { step in
        if step.status == "Pull complete", let layer = step.layer { progress("\(node.name) pulled layer \(layer)") }
      }
      return nil
    } catch let error as EngineError where error.status != nil || error.reason == .inBand {
      return (
        node.name,
        HydraError(
          .imageUnavailable, "image '\(image)' is not on the host and can't be pulled: \(error.message)",
          remedy: "build or pull it on the host first, or correct the name")
      )
    } catch {
      return (node.name, HydraDistribution.wrap(error, image, node))
    }
  }
}

private enum HydraDistribution {
  static func wrap(_ error: any Error, _ image: String, _ node: NodeAddress) -> HydraError {
    guard let error = error as? EngineError else { return HydraError.wrapping(error) }
    return HydraError(.failed, "image '\(image)' can't be brought to \(node.name): \(error.message)")
  }

  static func megabytes(_ bytes: Int64) -> String {
    "\((bytes + 500_000) / 1_000_000) MB"
  }
}
