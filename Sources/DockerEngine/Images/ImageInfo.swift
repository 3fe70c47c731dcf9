/// An image of an engine.
public struct ImageInspection: Sendable, Equatable, Decodable {
  /// Its id, a digest.
  public var id: String
  /// Its size in bytes.
  public var size: Int64
  /// Its names, with their tags.
  public var names: [String]
  /// Its labels.
  public var labels: [String: String]
  /// `amd64`, `arm64`, …
  public var architecture: String
  /// When it was made, where the engine knows.
  public var createdAt: EngineTimestamp?

  private enum Key: String, CodingKey {
    case id = "Id", size = "Size", names = "RepoTags", config = "Config", architecture = "Architecture"
    case created = "Created"
  }
  private struct Config: Decodable { var Labels: [String: String]? }

  /// Decodes `GET /images/{name}/json`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    id = try container.decode(String.self, forKey: .id)
    size = try container.decodeIfPresent(Int64.self, forKey: .size) ?? 0
    names = try container.decodeIfPresent([String].self, forKey: .names) ?? []
    labels = try container.decodeIfPresent(Config.self, forKey: .config)?.Labels ?? [:]
    architecture = try container.decodeIfPresent(String.self, forKey: .architecture) ?? ""
    createdAt = try container.decodeIfPresent(String.self, forKey: .created)
      .flatMap(EngineTimestamp.init(rfc3339:))
  }
}

/// An image as the engine lists it.
public struct ImageSummary: Sendable, Equatable, Decodable {
  /// Its id, a digest.
  public var id: String
  /// Its names, with their tags; empty when it lost them.
  public var names: [String]
  /// Its size in bytes.
  public var size: Int64
  /// Its labels.
  public var labels: [String: String]

  private enum Key: String, CodingKey { case id = "Id", names = "RepoTags", size = "Size", labels = "Labels" }

  /// Decodes an element of `GET /images/json`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    id = try container.decode(String.self, forKey: .id)
    names = (try container.decodeIfPresent([String].self, forKey: .names) ?? []).filter { $0 != "<none>:<none>" }
    size = try container.decodeIfPresent(Int64.self, forKey: .size) ?? 0
    labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
  }
}
