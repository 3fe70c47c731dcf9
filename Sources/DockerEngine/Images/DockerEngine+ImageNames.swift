import FoundationEssentials
import NIOHTTP1

extension DockerEngine {
  private struct Listed: Decodable { var RepoTags: [String]? }

  /// Names of all images that have one, sorted.
  public func listImages() async throws(EngineError) -> [String] {
    let images: [Listed] = try await get("/images/json")
    return images.flatMap { $0.RepoTags ?? [] }.filter { $0 != "<none>:<none>" }.sorted()
  }
}
