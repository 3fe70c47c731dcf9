import DockerEngine
import Glibc
import HydraModel
import NIOCore
import NIOPosix

extension ClusterStarter {
  /// What has to hold before anything is made.
  func checkEngine(_ spec: ClusterSpec) async throws {
    try await engineCall("asking Docker") {
      try await engine.ping()
      let labels = [Label.cluster: spec.name]
      let containers = try await engine.listContainers(labels: labels)
      let rest = try await engine.listVolumes(labels: labels).map(\.name)
      if !containers.isEmpty { throw taken(spec.name) }
      if !rest.isEmpty {
        throw HydraError(
          .conflict, "there are volumes of a cluster '\(spec.name)' already: \(rest.sorted().joined(separator: ", "))",
          remedy: "another start may be under way; if none is, remove them with 'cluster destroy \(spec.name)'")
      }
    }
    if let known = try contexts.load(spec.name), known.origin == .remote {
      throw HydraError(
        .conflict, "a cluster '\(spec.name)' at \(known.url) is connected already",
        remedy: "forget it with 'cluster disconnect', or choose another name")
    }
  }

  func taken(_ name: String) -> HydraError {
    HydraError(
      .conflict, "there is a cluster '\(name)' already",
      remedy: "choose another name, or remove it with 'cluster destroy \(name)'")
  }

  func checkImages() async throws {
    try await engineCall("looking for images") {
      var missing: [String] = []
      for image in images.all where try await engine.inspectImage(image) == nil { missing.append(image) }
      guard missing.isEmpty else {
        throw HydraError(
          .imageUnavailable, "the engine lacks \(missing.map { "'\($0)'" }.joined(separator: ", "))",
          remedy: "build them with 'make images'")
      }
    }
  }

  /// Says which port is taken, and by whom where a container has it. The engine itself has the last word at the start.
  func checkPorts(_ spec: ClusterSpec) async throws {
    let wanted = [("--port", spec.port), ("--proxy-port", spec.proxyPort), ("--stats-port", spec.statsPort)]
    let containers = try await engineCall("listing containers") { try await engine.listContainers(labels: [:]) }
    var problems: [HydraError] = []
    for (option, port) in wanted where port != 0 {
      let holder = containers.first { container in container.ports.contains { $0.hostPort == port } }
      if let holder {
        problems.append(
          HydraError(
            .conflict, "port \(port) is taken by container '\(holder.name)'", remedy: "choose another with \(option)"))
      } else if case .unix = engine.endpoint, await PortProbe.isTaken(port, on: spec.listen) {
        problems.append(
          HydraError(.conflict, "port \(port) is taken on \(spec.listen)", remedy: "choose another with \(option)"))
      }
    }
    try HydraError.throwIfAny(problems)
  }

  /// `spec` with a free port in place of each 0. An engine that chooses one itself chooses anew each time the container
  /// is started, and a cluster has to be found again after that.
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
  /// A port that nobody listens on now.
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

/// The host under which a published port is reached from this machine.
enum PublishedHost {
  /// `localhost` for loopback and for all addresses, else the address itself.
  static func name(_ listen: String) -> String {
    switch listen {
    case "127.0.0.1", "0.0.0.0", "::", "::1", "": "localhost"
    default: listen.contains(":") ? "[\(listen)]" : listen
    }
  }
}
