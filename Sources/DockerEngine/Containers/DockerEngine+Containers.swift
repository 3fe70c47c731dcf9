import FoundationEssentials
import NIOCore
import NIOHTTP1

extension DockerEngine {
  private struct Created: Decodable { var Id: String }

  /// Makes a container; answers its id. A name in use is status 409, an unknown image 404.
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
      .POST, "/containers/\(Query.escape(id))/stop" + Query.string(["t": String(grace.components.seconds)]),
      within: grace + .seconds(20))
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

  /// Removes a container, with its anonymous volumes. Status 404 when there is none.
  public func removeContainer(_ id: String, force: Bool = false) async throws(EngineError) {
    try await perform(
      .DELETE, "/containers/\(Query.escape(id))" + Query.string(["force": force ? "true" : nil, "v": "true"]),
      within: .seconds(60))
  }

  /// Describes a container.
  public func inspectContainer(
    _ id: String, within limit: Duration = defaultLimit
  ) async throws(EngineError) -> ContainerInspection {
    try await get("/containers/\(Query.escape(id))/json", within: limit)
  }

  /// Containers with all of `labels`, running or not.
  public func listContainers(
    labels: [String: String], within limit: Duration = defaultLimit
  ) async throws(EngineError) -> [ContainerSummary] {
    let filters = Query.filters(labels.isEmpty ? [:] : ["label": Query.labels(labels)])
    return try await get("/containers/json" + Query.string(["all": "true", "filters": filters]), within: limit)
  }

  /// Containers with a label of that name, whatever its value.
  public func listContainers(
    havingLabel label: String, within limit: Duration = defaultLimit
  ) async throws(EngineError) -> [ContainerSummary] {
    try await get(
      "/containers/json" + Query.string(["all": "true", "filters": Query.filters(["label": [label]])]), within: limit)
  }

  /// Unpacks a tar archive into a container's directory. Works before the container was started.
  public func putArchive(_ id: String, path: String, tar: [UInt8]) async throws(EngineError) {
    try await perform(.PUT, "/containers/\(Query.escape(id))/archive" + Query.string(["path": path]), .tar(tar))
  }
}
