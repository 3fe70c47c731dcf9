import FoundationEssentials
import NIOHTTP1

/// Versions of an engine.
public struct EngineVersion: Sendable, Equatable, Decodable {
  /// Of the engine: `20.10.24`.
  public var version: String
  /// Newest version of the API that it speaks.
  public var apiVersion: String
  /// Oldest one.
  public var oldestAPIVersion: String
  /// `linux`.
  public var os: String
  /// `amd64`, `arm64`, …
  public var architecture: String

  private enum Key: String, CodingKey {
    case version = "Version", apiVersion = "ApiVersion", oldestAPIVersion = "MinAPIVersion", os = "Os"
    case architecture = "Arch"
  }

  /// Decodes `GET /version`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    version = try container.decode(String.self, forKey: .version)
    apiVersion = try container.decode(String.self, forKey: .apiVersion)
    oldestAPIVersion = try container.decodeIfPresent(String.self, forKey: .oldestAPIVersion) ?? ""
    os = try container.decodeIfPresent(String.self, forKey: .os) ?? ""
    architecture = try container.decodeIfPresent(String.self, forKey: .architecture) ?? ""
  }
}

/// What an engine says of itself and its host.
public struct EngineInfo: Sendable, Equatable, Decodable {
  /// Host name.
  public var name: String
  /// Version of the engine.
  public var serverVersion: String
  /// Processors of the host.
  public var processors: Int
  /// Memory of the host, in bytes.
  public var memory: Int64
  /// Storage driver: `overlay2`, …
  public var storageDriver: String
  /// `1` or `2`.
  public var cgroupVersion: String
  /// The engine's clock.
  public var systemTime: EngineTimestamp?

  private enum Key: String, CodingKey {
    case name = "Name", serverVersion = "ServerVersion", processors = "NCPU", memory = "MemTotal"
    case storageDriver = "Driver", cgroupVersion = "CgroupVersion", systemTime = "SystemTime"
  }

  /// Decodes `GET /info`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    name = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
    serverVersion = try container.decodeIfPresent(String.self, forKey: .serverVersion) ?? ""
    processors = try container.decodeIfPresent(Int.self, forKey: .processors) ?? 0
    memory = try container.decodeIfPresent(Int64.self, forKey: .memory) ?? 0
    storageDriver = try container.decodeIfPresent(String.self, forKey: .storageDriver) ?? ""
    cgroupVersion = try container.decodeIfPresent(String.self, forKey: .cgroupVersion) ?? "1"
    systemTime = try container.decodeIfPresent(String.self, forKey: .systemTime)
      .flatMap(EngineTimestamp.init(rfc3339:))
  }
}

extension DockerEngine {
  /// Which versions the engine has and speaks.
  public func version(within limit: Duration = defaultLimit) async throws(EngineError) -> EngineVersion {
    try await get("/version", within: limit)
  }

  /// What the engine says of itself and its host.
  public func info(within limit: Duration = defaultLimit) async throws(EngineError) -> EngineInfo {
    try await get("/info", within: limit)
  }
}
