import FoundationEssentials
import NIOHTTP1

/// What a container uses.
public struct ContainerStats: Sendable, Equatable, Decodable {
  /// Processor time since its start, in nanoseconds, all processors together.
  public var processorTime: UInt64
  /// Processors it can run on.
  public var processors: Int
  /// Memory in use, in bytes, without the page cache that the kernel can take back.
  public var memory: UInt64
  /// Most memory it may use, in bytes.
  public var memoryLimit: UInt64
  /// Processes and threads.
  public var pids: Int
  /// Bytes received and sent, all networks together.
  public var received: UInt64
  /// Bytes sent.
  public var sent: UInt64

  private enum Key: String, CodingKey { case cpu = "cpu_stats", memory = "memory_stats", pids = "pids_stats", networks }
  private struct Processor: Decodable {
    struct Usage: Decodable { var total_usage: UInt64? }
    var cpu_usage: Usage?
    var online_cpus: Int?
  }
  private struct Memory: Decodable {
    struct Parts: Decodable {
      var inactive_file: UInt64?
      var total_inactive_file: UInt64?
    }
    var usage: UInt64?
    var limit: UInt64?
    var stats: Parts?
  }
  private struct Pids: Decodable { var current: Int? }
  private struct Network: Decodable {
    var rx_bytes: UInt64?
    var tx_bytes: UInt64?
  }

  /// Decodes `GET /containers/{id}/stats`; everything is 0 for a container that does not run.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let cpu = try container.decodeIfPresent(Processor.self, forKey: .cpu)
    processorTime = cpu?.cpu_usage?.total_usage ?? 0
    processors = cpu?.online_cpus ?? 0
    let used = try container.decodeIfPresent(Memory.self, forKey: .memory)
    // The first name is that of cgroup v1, where the second one is there as well but leaves out what is below.
    let cache = used?.stats?.total_inactive_file ?? used?.stats?.inactive_file ?? 0
    let usage = used?.usage ?? 0
    memory = cache < usage ? usage - cache : usage
    memoryLimit = used?.limit ?? 0
    pids = try container.decodeIfPresent(Pids.self, forKey: .pids)?.current ?? 0
    let networks = try container.decodeIfPresent([String: Network].self, forKey: .networks) ?? [:]
    received = networks.values.reduce(0) { $0 + ($1.rx_bytes ?? 0) }
    sent = networks.values.reduce(0) { $0 + ($1.tx_bytes ?? 0) }
  }
}

extension DockerEngine {
  /// What a container uses at this moment.
  public func stats(_ container: String, within limit: Duration = defaultLimit) async throws(EngineError)
    -> ContainerStats
  {
    try await get(
      "/containers/\(Query.escape(container))/stats" + Query.string(["stream": "false", "one-shot": "true"]),
      within: limit)
  }
}
