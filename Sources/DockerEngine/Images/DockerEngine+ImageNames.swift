import FoundationEssentials
import NIOHTTP1

extension DockerEngine {
  /// Images with all of `labels`, those without a name as well.
  public func imageSummaries(labels: [String: String] = [:]) async throws(EngineError) -> [ImageSummary] {
    try await get("/images/json" + Query.string(["filters": try Query.filters(["label": Query.labels(labels)])]))
  }

  /// Names of all images that have one, sorted.
  public func listImages() async throws(EngineError) -> [String] {
    try await imageSummaries().flatMap(\.names).sorted()
  }
}
