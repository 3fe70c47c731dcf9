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

extension DockerEngine {
  /// Makes an image of one layer of a tar archive of a file system, as `docker import` does.
  public func importImage(
    _ archive: [UInt8], repository: String, tag: String, labels: [String: String] = [:],
    within limit: Duration = .seconds(60)
  ) async throws(EngineError) {
    // A label is a line of a Dockerfile here: quoted, and within the quotes escaped, as JSON has it too.
    var path = "/images/create" + Query.string(["fromSrc": "-", "repo": repository, "tag": tag])
    for (name, value) in labels.sorted(by: { $0.key < $1.key }) {
      path += "&changes=" + Query.escape("LABEL \(DockerEngine.quoted(name))=\(DockerEngine.quoted(value))")
    }
    let answer = try await stream(
      .POST, path, .tar(archive), within: limit, patience: .init(deadline: .now + limit))
    try await readMessages(answer, path) { _ in }
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("$", with: "\\$") + "\""
  }
}
