import FoundationEssentials
import NIOCore
import NIOHTTP1

extension DockerEngine {
  private struct Created: Decodable { var Id: String }
  private struct Ended: Decodable {
    struct Problem: Decodable { var Message: String? }
    var StatusCode: Int
    var Error: Problem?
  }

  /// Creates a container; returns its id. A name in use is status 409, an unknown image 404.
  public func createContainer(_ name: String?, _ spec: ContainerSpec) async throws(EngineError) -> String {
    try await post("/containers/create" + Query.string(["name": name]), spec, as: Created.self).Id
  }

  /// Starts a container. No error when it runs already.
  public func startContainer(_ id: String) async throws(EngineError) {
    try await perform(.POST, "/containers/\(Query.escape(id))/start", within: .seconds(60))
  }

  /// Stops a container: its stop signal, then SIGKILL after `grace`. No error when it does not run.
  public func stopContainer(_ id: String, grace: Duration = .seconds(10)) async throws(EngineError) {
    try await perform(
      .POST, "/containers/\(Query.escape(id))/stop" + Query.string(["t": DockerEngine.seconds(grace)]),
      within: grace + .seconds(20))
  }

  /// Stops a container as ``stopContainer(_:grace:)`` does, and starts it.
  public func restartContainer(_ id: String, grace: Duration = .seconds(10)) async throws(EngineError) {
    try await perform(
      .POST, "/containers/\(Query.escape(id))/restart" + Query.string(["t": DockerEngine.seconds(grace)]),
      within: grace + .seconds(60))
  }

  /// Waits until a container runs no more, for at most `limit`; returns its exit status. At once for one that does not
  /// run.
  public func waitContainer(_ id: String, within limit: Duration) async throws(EngineError) -> Int {
    let path = "/containers/\(Query.escape(id))/wait"
    let ended = try await post(path, nil, as: Ended.self, within: limit)
    if let message = ended.Error?.Message, !message.isEmpty {
      throw EngineError(.inBand, message, method: "POST", path: path)
    }
    return ended.StatusCode
  }

  /// Whole seconds, upwards: half a second's grace must not become none.
  static func seconds(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    return String(attoseconds > 0 ? seconds + 1 : seconds)
  }

  /// Sends a container a signal. Status 409 when it does not run.
  public func killContainer(_ id: String, signal: String = "SIGKILL") async throws(EngineError) {
    try await perform(.POST, "/containers/\(Query.escape(id))/kill" + Query.string(["signal": signal]))
  }

  /// Freezes a container's processes.
  public func pauseContainer(_ id: String) async throws(EngineError) {
    try await perform(.POST, "/containers/\(Query.escape(id))/pause")
  }

  /// Lets a paused container go on.
  public func unpauseContainer(_ id: String) async throws(EngineError) {
    try await perform(.POST, "/containers/\(Query.escape(id))/unpause")
  }

  /// Removes a container, with its anonymous volumes unless `volumes` says otherwise. Status 404 when there is none,
  /// 409 when it runs and `force` is not given, or when it is being removed already.
  public func removeContainer(_ id: String, force: Bool = false, volumes: Bool = true) async throws(EngineError) {
    try await perform(
      .DELETE,
      "/containers/\(Query.escape(id))"
        + Query.string(["force": force ? "true" : nil, "v": volumes ? "true" : nil]),
      within: .seconds(60))
  }

  /// Describes a container.
  public func inspectContainer(
    _ id: String, within limit: Duration = defaultLimit
  ) async throws(EngineError) -> ContainerInspection {
    try await get("/containers/\(Query.escape(id))/json", within: limit)
  }

  /// Containers with all of `labels`, running or not, or with `all` false only those that run.
  public func listContainers(
    labels: [String: String], all: Bool = true, within limit: Duration = defaultLimit
  ) async throws(EngineError) -> [ContainerSummary] {
    let filters = try Query.filters(["label": Query.labels(labels)])
    return try await get(
      "/containers/json" + Query.string(["all": all ? "true" : nil, "filters": filters]), within: limit)
  }

  /// Containers with a label of that name, whatever its value.
  public func listContainers(
    havingLabel label: String, within limit: Duration = defaultLimit
  ) async throws(EngineError) -> [ContainerSummary] {
    try await get(
      "/containers/json" + Query.string(["all": "true", "filters": try Query.filters(["label": [label]])]),
      within: limit)
  }

  /// Containers, running or not, that use this volume.
  public func listContainers(usingVolume volume: String) async throws(EngineError) -> [ContainerSummary] {
    try await get(
      "/containers/json" + Query.string(["all": "true", "filters": try Query.filters(["volume": [volume]])]))
  }

  /// Unpacks a tar archive into a container's directory. Works before the container was started.
  public func putArchive(_ id: String, path: String, tar: [UInt8]) async throws(EngineError) {
    try await perform(.PUT, "/containers/\(Query.escape(id))/archive" + Query.string(["path": path]), .tar(tar))
  }

  /// What is at a container's path, file or directory, as a tar archive; ``TarArchive/entries(_:)`` reads it. Status
  /// 404 when there is nothing. It is read into memory and refused beyond the client's `largestAnswer`.
  public func getArchive(
    _ id: String, path: String, within limit: Duration = defaultLimit
  ) async throws(EngineError) -> [UInt8] {
    let path = "/containers/\(Query.escape(id))/archive" + Query.string(["path": path])
    return Array(try await perform(.GET, path, within: limit))
  }
}
