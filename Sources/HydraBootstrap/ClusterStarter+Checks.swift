import DockerEngine
import Glibc
import HydraContainers
import HydraModel
import NIOCore
import NIOPosix

extension ClusterStarter {
  /// What has to hold before anything is created.
  func checkEngine(_ spec: ClusterSpec) async throws {
    try await engineCall("looking for cluster '\(spec.name)'") {
      try await engine.ping()
      let labels = [Label.cluster: spec.name]
      let containers = try await engine.listContainers(labels: labels)
      let rest = try await engine.listVolumes(labels: labels).map(\.name)
      if !containers.isEmpty { throw taken(spec.name) }
      if !rest.isEmpty {
        throw HydraError(
          .conflict, "volumes of a cluster '\(spec.name)' already exist: \(rest.sorted().joined(separator: ", "))",
          remedy: "if no other start is in progress, remove them with 'cluster destroy \(spec.name)'")
      }
    }
    if let known = try contexts.load(spec.name), known.origin == .remote {
      throw HydraError(
        .conflict, "cluster '\(spec.name)' at \(known.url) is already connected",
        remedy: "forget it with 'cluster disconnect \(spec.name)', or choose another name")
    }
  }

  func taken(_ name: String) -> HydraError {
    HydraError(
      .conflict, "cluster '\(name)' already exists",
      remedy: "choose another name, or remove it with 'cluster destroy \(name)'")
  }

  /// `what`, with these labels, has a name that this cluster needs: it belongs to a cluster of the same name, or to nobody
  /// hydra knows, and then is not for hydra to remove.
  func inTheWay(_ what: String, _ labels: [String: String], _ core: CoreContainers, remove: String) -> HydraError {
    let name = core.names.cluster
    if labels[Label.cluster] == name { return taken(name) }
    return HydraError(
      .conflict, "\(what) already exists and does not belong to cluster '\(name)'",
      remedy: "choose another name for the cluster, or remove it with '\(remove)'")
  }

  func checkImages() async throws {
    try await engineCall("looking for images") {
      var missing: [String] = []
      for image in images.all where try await engine.inspectImage(image) == nil { missing.append(image) }
      guard missing.isEmpty else {
        throw HydraError(
          .imageUnavailable, "the engine does not have \(missing.map { "'\($0)'" }.joined(separator: ", "))",
          remedy: "build them with 'make images'")
      }
    }
  }

  /// Reports each port that is taken, and by which container where one has it. The engine has the last word at the start.
  func checkPorts(_ spec: ClusterSpec) async throws {
    let wanted = [("--port", spec.port), ("--proxy-port", spec.proxyPort), ("--stats-port", spec.statsPort)]
    let containers = try await engineCall("listing containers") { try await engine.listContainers(labels: [:]) }
    var problems: [HydraError] = []
    for (option, port) in wanted where port != 0 {
      let holder = containers.first { container in container.ports.contains { $0.hostPort == port } }
      if let holder {
        problems.append(
          HydraError(
            .conflict, "port \(port) is in use by container '\(holder.name)'", remedy: "choose another with \(option)"))
      } else if case .unix = engine.endpoint, await PortProbe.isTaken(port, on: spec.listen) {
        problems.append(
          HydraError(.conflict, "port \(port) is in use on \(spec.listen)", remedy: "choose another with \(option)"))
      }
    }
    try HydraError.throwIfAny(problems)
  }

  /// `spec` with a free port in place of each 0. An engine that chooses one itself chooses another each time the container is
  /// started, and a cluster has to be found again after that.
  func choosingPorts(_ spec: ClusterSpec) async throws -> ClusterSpec {
    guard case .unix = engine.endpoint else { return spec }
    var chosen = spec
    for port in [\ClusterSpec.port, \.proxyPort, \.statsPort] where chosen[keyPath: port] == 0 {
      repeat {
        chosen[keyPath: port] = try await PortProbe.free(on: spec.listen)
      } while [chosen.port, chosen.proxyPort, chosen.statsPort].count(where: { $0 == chosen[keyPath: port] }) > 1
    }
    return chosen
  }

  /// `spec` with other host ports in place of those that were chosen and are taken by now; nil if none is.
  func rechoosing(_ spec: ContainerSpec, _ asked: ClusterSpec) async throws -> ContainerSpec? {
    guard case .unix = engine.endpoint else { return nil }
    let wanted = [8080: asked.port, 8888: asked.proxyPort, 9999: asked.statsPort]
    var other = spec
    var isLost = false
    for (index, port) in spec.ports.enumerated() where wanted[port.containerPort] == 0 {
      guard await PortProbe.isTaken(port.hostPort, on: asked.listen) else { continue }
      other.ports[index].hostPort = try await PortProbe.free(on: asked.listen)
      isLost = true
    }
    return isLost ? other : nil
  }

  /// The engine's socket, for the management node.
  func socketPath() throws(HydraError) -> String {
    switch engine.endpoint {
    case .unix(let path): path
    case .tcp: "/var/run/docker.sock"
    }
  }
}

/// Whether a port of this machine can be listened on.
enum PortProbe {
  /// A port on which nothing listens now.
  static func free(on address: String) async throws -> Int {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: address, port: 0)
      .get()
    let port = channel.localAddress?.port
    try await channel.close()
    guard let port else { throw HydraError(.internal, "no free port was found on \(address)") }
    return port
  }

  static func isTaken(_ port: Int, on address: String) async -> Bool {
    do {
      let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .bind(host: address, port: port).get()
      try await channel.close()
      return false
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      return true
    } catch {
      // No rights to a low port, or no such address here: the engine, which runs as root, decides.
      return false
    }
  }
}
