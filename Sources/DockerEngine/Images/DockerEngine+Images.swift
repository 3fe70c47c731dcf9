import FoundationEssentials
public import NIOCore
import NIOHTTP1

extension DockerEngine {
  /// Describes an image; nil when there is none of that name.
  public func inspectImage(
    _ name: String, within limit: Duration = defaultLimit
  ) async throws(EngineError) -> ImageInspection? {
    do {
      return try await get("/images/\(Query.escape(name))/json", within: limit)
    } catch  where error.isNotFound {
      return nil
    }
  }

  /// Removes an image. Status 404 when there is none.
  public func removeImage(_ name: String, force: Bool = false) async throws(EngineError) {
    try await perform(.DELETE, "/images/\(Query.escape(name))" + Query.string(["force": force ? "true" : nil]))
  }

  /// Gives an image another name: `repository` without a tag, and the tag.
  public func tagImage(_ name: String, repository: String, tag: String) async throws(EngineError) {
    try await perform(
      .POST, "/images/\(Query.escape(name))/tag" + Query.string(["repo": repository, "tag": tag]))
  }

  /// Pulls an image from its registry, telling how far it is. A name without a tag means `latest`. `limit` is for all
  /// of it; a registry that says nothing for two minutes has had its time as well.
  public func pullImage(
    _ reference: String, within limit: Duration = .seconds(600), progress: (PullProgress) -> Void = { _ in }
  ) async throws(EngineError) {
    let (name, tag) = DockerEngine.nameAndTag(reference)
    let path = "/images/create" + Query.string(["fromImage": name, "tag": tag])
    let patience = ByteStream.Patience(idle: .seconds(120), deadline: .now + limit)
    try await readMessages(try await stream(.POST, path, within: limit, patience: patience), path) { message in
      let bytes = message.progressDetail.flatMap { detail in
        detail.total.flatMap { total in detail.current.map { (current: $0, total: total) } }
      }
      if let status = message.status { progress(PullProgress(layer: message.id, status: status, bytes: bytes)) }
    }
  }

  /// An image with its layers as a tar archive, streamed. `limit` is for the beginning of the archive; later, a minute
  /// without a byte ends it.
  public func saveImage(_ name: String, within limit: Duration = .seconds(60)) async throws(EngineError) -> ByteStream {
    try await stream(
      .GET, "/images/\(Query.escape(name))/get", within: limit, patience: .init(idle: .seconds(60)))
  }

  /// Several images as one archive; layers that they share are in it once. See ``saveImage(_:within:)``.
  public func saveImages(
    _ names: [String], within limit: Duration = .seconds(60)
  ) async throws(EngineError) -> ByteStream {
    let query = names.map { "names=\(Query.escape($0))" }.joined(separator: "&")
    return try await stream(.GET, "/images/get?\(query)", within: limit, patience: .init(idle: .seconds(60)))
  }

  /// Loads what ``saveImage(_:within:)`` gave, within `limit` in all; returns the names (or ids) of what was loaded. A
  /// failure of `archive` is passed on.
  @discardableResult
  public func loadImage(
    _ archive: some AsyncSequence<ByteBuffer, any Error> & Sendable, within limit: Duration = .seconds(600)
  ) async throws(EngineError) -> [String] {
    let path = "/images/load?quiet=true"
    let deadline = ContinuousClock.now + limit
    var loaded: [String] = []
    let answer = try await stream(
      .POST, path, .tarStream(archive), within: limit, patience: .init(deadline: deadline))
    try await readMessages(answer, path) { message in
      // "Loaded image: NAME" or "Loaded image ID: ID": the API has no other place for it.
      let text = (message.stream ?? "").trimmingTrailingNewlines()
      for prefix in ["Loaded image: ", "Loaded image ID: "] where text.hasPrefix(prefix) {
        loaded.append(String(text.dropFirst(prefix.count)))
      }
    }
    return loaded
  }

  /// A line of the streams that pulling and loading send. A failure comes as a line as well, after a status of 200.
  struct Message: Decodable {
    struct Detail: Decodable {
      var current: Int64?
      var total: Int64?
    }
    var status: String?
    var id: String?
    var progressDetail: Detail?
    var stream: String?
    var error: String?
  }

  func readMessages(
    _ chunks: ByteStream, _ path: String, _ each: (Message) -> Void
  ) async throws(EngineError) {
    var lines = LineSplitter()
    do {
      for try await chunk in chunks { for line in try lines.push(chunk) { try take(line, path, each) } }
      for line in lines.finish() { try take(line, path, each) }
    } catch {
      throw transport.wrap(error, .POST, path)
    }
  }

  private func take(_ line: [UInt8], _ path: String, _ each: (Message) -> Void) throws(EngineError) {
    let message: Message = try decode(Data(line), .POST, path)
    if let error = message.error { throw EngineError(.inBand, error, method: "POST", path: path) }
    each(message)
  }

  /// `reference` taken apart; a port in the registry's name is no tag, and a digest keeps its place in the name.
  static func nameAndTag(_ reference: String) -> (name: String, tag: String?) {
    if reference.contains("@") { return (reference, nil) }
    let lastPart = reference.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    guard let colon = lastPart.lastIndex(of: ":") else { return (reference, "latest") }
    return (String(reference[..<colon]), String(lastPart[lastPart.index(after: colon)...]))
  }
}
