import DockerEngine
import FoundationEssentials
import Glibc
import HydraBootstrap
import HydraContainers
import HydraModel
import HydraSimulation
import HydraTestSupport
import Synchronization
import Testing

/// Ports that another program takes after `cluster start` looked at them and before the engine publishes them.
struct LostPortTests {
  /// Runs `cluster start` on an engine where each port is taken from the first `thefts` containers that are to have it.
  private func start(
    _ spec: ClusterSpec, thefts: [Int: Int], progress: @escaping ProgressHandler = { _ in }
  ) async throws -> (Result<ClusterSummary, any Error>, ThievishEngine) {
    let host = ThievishEngine(thefts: thefts)
    let state = FileManager.default.temporaryDirectory.path + "/hydratest-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: state) }
    let result = try await withStubEngine(answering: host.answer) { stub -> Result<ClusterSummary, any Error> in
      let engine = try DockerEngine(.unix(path: stub.path))
      let directory = LocalClusterDirectory(
        engine: engine, images: ImageNames(environment: [:]), contexts: ContextStore(directory: state)
      ) { _, _ in SimulatedCluster(name: spec.name) }
      let result: Result<ClusterSummary, any Error>
      do {
        result = .success(try await directory.start(spec, progress: progress))
      } catch {
        result = .failure(error)
      }
      await engine.shutdown()
      return result
    }
    return (result, host)
  }

  @Test("a free port that was lost between choosing and binding is chosen anew")
  func chosenAnew() async throws {
    let spec = ClusterSpec(name: "test", port: 0, proxyPort: 0, statsPort: 0)
    let (result, host) = try await start(spec, thefts: [8080: 1, 8888: 2, 9999: 1])
    defer { host.giveBack() }
    let summary = try result.get()
    let published = host.published
    #expect(Set(published.values).count == 3, "\(published)")
    #expect(host.stolen.count == 4 && host.stolen.isDisjoint(with: published.values), "\(host.stolen) \(published)")
    #expect(summary.api == "http://127.0.0.1:\(published[8080] ?? 0)")
    // None of those that could not be started is left.
    #expect(host.names == ["api.test", "haproxy.test", "redis.test"])
  }

  @Test("a port that was asked for is not replaced by another")
  func askedFor() async throws {
    let free = try #require(ThievishEngine.listen(on: 0))
    let port = ThievishEngine.port(of: free)
    close(free)
    let undone = Mutex<[String]>([])
    let spec = ClusterSpec(name: "test", port: 0, proxyPort: port, statsPort: 0)
    let (result, host) = try await start(spec, thefts: [8888: 1]) { update in
      if update.phase == .undone { undone.withLock { $0.append(update.subject) } }
    }
    defer { host.giveBack() }
    #expect(host.stolen == [port])
    let error = try #require(throws: HydraError.self) { _ = try result.get() }
    #expect(error.message.contains("port is already allocated"), "\(error.message)")
    #expect(host.names.isEmpty)
    #expect(undone.withLock { $0 }.contains("haproxy.test"))
  }
}

/// An engine in memory that refuses to publish a port on which somebody listens, and that starts to listen itself.
private final class ThievishEngine: Sendable {
  private struct Container {
    var name: String
    var labels: [String: String]
    /// Host ports by container port.
    var ports: [Int: Int]
  }
  private struct State {
    var containers: [String: Container] = [:]
    var volumes: [String: [String: String]] = [:]
    var thefts: [Int: Int]
    var listeners: [Int: Int32] = [:]
    var made = 0
  }
  private struct VolumeBody: Decodable {
    var Name: String
    var Labels: [String: String]
  }
  private struct ContainerBody: Decodable {
    struct Host: Decodable { var PortBindings: [String: [Binding]] }
    struct Binding: Decodable { var HostPort: String }
    var Labels: [String: String]
    var HostConfig: Host
  }

  private let state: Mutex<State>

  init(thefts: [Int: Int]) { state = Mutex(State(thefts: thefts)) }

  /// Ports that were taken from containers.
  var stolen: Set<Int> { state.withLock { Set($0.listeners.keys) } }
  /// Names of the containers that are there.
  var names: [String] { state.withLock { $0.containers.values.map(\.name).sorted() } }
  /// Host ports by container port.
  var published: [Int: Int] {
    state.withLock { state in
      state.containers.values.reduce(into: [:]) { $0.merge($1.ports) { first, _ in first } }
    }
  }

  /// Ends the listening.
  func giveBack() { state.withLock { for listener in $0.listeners.values { close(listener) } } }

  // MARK: Answers

  @Sendable func answer(to request: StubRequest) -> StubAnswer? {
    let parts = request.path.split(separator: "/").map(String.init)
    return state.withLock { state in
      do {
        switch (request.method, parts.first, parts.last) {
        case ("GET", "containers", "json") where parts.count == 2:
          let asked = state.containers.filter { ThievishEngine.isAsked($0.value, request.query) }
          return .json("[\(asked.map(ThievishEngine.summary).joined(separator: ","))]")
        case ("GET", "containers", "json"):
          guard let found = ThievishEngine.find(parts[1], state) else { return nil }
          return .json(ThievishEngine.inspection(found.key, found.value))
        case ("POST", "containers", "create"): return .json(try ThievishEngine.create(request, &state))
        case ("POST", "containers", "start"): return ThievishEngine.start(parts[1], &state)
        case ("PUT", "containers", "archive"): return .json("")
        case ("DELETE", "containers", _):
          state.containers[parts[1]] = nil
          return .nothing
        case ("GET", "images", _): return .json(#"{"Id":"sha256:1"}"#)
        case ("GET", "networks", _): return .json("[]")
        case ("POST", "networks", _): return .json(#"{"Id":"n1"}"#)
        case ("GET", "volumes", _):
          return .json(#"{"Volumes":[\#(try state.volumes.map(ThievishEngine.volume).joined(separator: ","))]}"#)
        case ("POST", "volumes", _):
          let body = try HydraJSON.decode(VolumeBody.self, from: Data(request.body))
          state.volumes[body.Name] = body.Labels
          return .json(try ThievishEngine.volume(body.Name, body.Labels))
        case ("DELETE", "volumes", _):
          state.volumes[parts[1]] = nil
          return .nothing
        default: return nil
        }
      } catch {
        return .failure(400, "\(error)")
      }
    }
  }

  private static func create(_ request: StubRequest, _ state: inout State) throws -> String {
    let body = try HydraJSON.decode(ContainerBody.self, from: Data(request.body))
    let name = request.query.split(separator: "&").first { $0.hasPrefix("name=") }?.dropFirst(5)
    var container = Container(name: String(name ?? "?"), labels: body.Labels, ports: [:])
    for (key, bindings) in body.HostConfig.PortBindings {
      guard let inside = Int(key.prefix { $0 != "/" }), let outside = bindings.first.flatMap({ Int($0.HostPort) })
      else { continue }
      container.ports[inside] = outside
      guard let left = state.thefts[inside], left > 0, let listener = listen(on: outside) else { continue }
      state.thefts[inside] = left - 1
      state.listeners[outside] = listener
    }
    state.made += 1
    state.containers["c\(state.made)"] = container
    return #"{"Id":"c\#(state.made)"}"#
  }

  private static func start(_ id: String, _ state: inout State) -> StubAnswer? {
    guard let container = state.containers[id] else { return nil }
    let lost = container.ports.values.first { state.listeners[$0] != nil }
    return lost.map { .failure(500, "Bind for 127.0.0.1:\($0) failed: port is already allocated") } ?? .nothing
  }

  /// Whether a container has the role that a list is restricted to: `hydra.role=ROLE`, escaped.
  private static func isAsked(_ container: Container, _ query: String) -> Bool {
    !query.contains("hydra.role%3D") || query.contains("hydra.role%3D\(container.labels["hydra.role"] ?? "")")
  }

  private static func find(_ name: String, _ state: State) -> (key: String, value: Container)? {
    state.containers.first { $0.key == name || $0.value.name == name }
  }

  private static func text(_ labels: [String: String]) -> String {
    "{" + labels.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",") + "}"
  }

  private static func volume(_ name: String, _ labels: [String: String]) throws -> String {
    #"{"Name":"\#(name)","Labels":\#(text(labels))}"#
  }

  private static func summary(_ id: String, _ container: Container) -> String {
    let ports = container.ports.map { #"{"IP":"127.0.0.1","PrivatePort":\#($0.key),"PublicPort":\#($0.value)}"# }
    return #"{"Id":"\#(id)","Names":["/\#(container.name)"],"State":"running","Labels":\#(text(container.labels)),"#
      + #""Ports":[\#(ports.joined(separator: ","))]}"#
  }

  private static func inspection(_ id: String, _ container: Container) -> String {
    let ports = container.ports.map { #""\#($0.key)/tcp":[{"HostIp":"127.0.0.1","HostPort":"\#($0.value)"}]"# }
    return #"{"Id":"\#(id)","Name":"/\#(container.name)","State":{"Status":"running"},"#
      + #""NetworkSettings":{"Ports":{\#(ports.joined(separator: ","))}}}"#
  }

  // MARK: Sockets

  /// A socket that listens on a port of 127.0.0.1, any port for 0; nil if it is taken.
  static func listen(on port: Int) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let isBound = withUnsafeBytes(of: &address) { bytes in
      bytes.baseAddress.map { bind(descriptor, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count)) } == 0
    }
    guard isBound, Glibc.listen(descriptor, 1) == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  /// The port that a socket listens on.
  static func port(of descriptor: Int32) -> Int {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isKnown = withUnsafeMutableBytes(of: &address) { bytes in
      bytes.baseAddress.map { getsockname(descriptor, $0.assumingMemoryBound(to: sockaddr.self), &length) } == 0
    }
    return isKnown ? Int(UInt16(bigEndian: address.sin_port)) : 0
  }
}
