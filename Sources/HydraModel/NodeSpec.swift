/// A node to be added. The body of `POST /node`; every field may be left out.
public struct NodeSpec: Sendable, Codable, Equatable {
  /// Processors the node may use, for example 0.5; no limit when nil.
  public var cpus: Double?
  /// Memory the node may use, in bytes; no limit when nil.
  public var memory: Int64?
  /// Labels for people and for placement.
  public var labels: [String: String]

  /// A node with these limits and labels.
  public init(cpus: Double? = nil, memory: Int64? = nil, labels: [String: String] = [:]) {
    self.cpus = cpus
    self.memory = memory
    self.labels = labels
  }

  enum CodingKeys: String, CodingKey, CaseIterable { case cpus, memory, labels }

  /// Decodes a body in which every key may be missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    cpus = try container.decodeIfPresent(Double.self, forKey: .cpus)
    memory = try container.decodeIfPresent(Int64.self, forKey: .memory)
    labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
  }

  /// Every problem with it; empty if it may be added.
  public func problems() -> [HydraError] { Limits(cpus: cpus, memory: memory).problems() }
}

/// Limits on processor and memory, shared by nodes and services.
struct Limits {
  var cpus: Double?
  var memory: Int64?

  /// The engine refuses a container with less memory.
  static let leastMemory: Int64 = 6 << 20

  func problems() -> [HydraError] {
    var found: [HydraError] = []
    if let cpus, !(cpus >= 0.01 && cpus <= 1024) {
      found.append(HydraError(.invalidArgument, "cpus is \(cpus), expected 0.01 to 1024"))
    }
    if let memory, memory < Limits.leastMemory {
      found.append(
        HydraError(
          .invalidArgument, "memory is \(memory) bytes, expected at least \(Limits.leastMemory) (6MiB)",
          remedy: (6..<65536).contains(memory) ? "give a unit, as in \(memory)MiB" : nil))
    }
    return found
  }
}
