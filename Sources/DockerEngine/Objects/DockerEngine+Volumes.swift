import FoundationEssentials
import NIOHTTP1

/// A volume of an engine.
public struct VolumeSummary: Sendable, Equatable, Decodable {
  /// Its name.
  public var name: String
  /// Its driver, `local` as a rule.
  public var driver: String
  /// Where the engine's host has its files.
  public var mountpoint: String
  /// Its labels.
  public var labels: [String: String]

  private enum Key: String, CodingKey {
    case name = "Name", driver = "Driver", mountpoint = "Mountpoint", labels = "Labels"
  }

  /// Decodes an element of `GET /volumes`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    name = try container.decode(String.self, forKey: .name)
    driver = try container.decodeIfPresent(String.self, forKey: .driver) ?? ""
    mountpoint = try container.decodeIfPresent(String.self, forKey: .mountpoint) ?? ""
    labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
  }
}

extension DockerEngine {
  private struct VolumeSpec: Encodable {
    var Name: String
    var Labels: [String: String]
  }
  private struct Volumes: Decodable { var Volumes: [VolumeSummary]? }

  /// Creates a volume, or returns the one of that name that is there: its labels say whose it is.
  public func createVolume(_ name: String, labels: [String: String]) async throws(EngineError) -> VolumeSummary {
    try await post("/volumes/create", VolumeSpec(Name: name, Labels: labels))
  }

  /// Describes a volume; nil when there is none of that name.
  public func inspectVolume(_ name: String) async throws(EngineError) -> VolumeSummary? {
    do {
      return try await get("/volumes/\(Query.escape(name))")
    } catch  where error.isNotFound {
      return nil
    }
  }

  /// Volumes with all of `labels`.
  public func listVolumes(labels: [String: String]) async throws(EngineError) -> [VolumeSummary] {
    let filters = try Query.filters(["label": Query.labels(labels)])
    return try await get("/volumes" + Query.string(["filters": filters]), as: Volumes.self).Volumes ?? []
  }

  /// Removes a volume. Status 404 when there is none (but for `force`), 409 while a container uses it.
  public func removeVolume(_ name: String, force: Bool = false) async throws(EngineError) {
    try await perform(
      .DELETE, "/volumes/\(Query.escape(name))" + Query.string(["force": force ? "true" : nil]), within: .seconds(60))
  }
}
