import FoundationEssentials
public import NIOCore
import NIOHTTP1

/// An image of an engine.
public struct ImageInspection: Sendable, Equatable, Decodable {
  /// Its id, a digest.
  public var id: String
  /// Its size in bytes.
  public var size: Int64

  private enum Key: String, CodingKey { case id = "Id", size = "Size" }

  /// Decodes `GET /images/{name}/json`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    id = try container.decode(String.self, forKey: .id)
    size = try container.decodeIfPresent(Int64.self, forKey: .size) ?? 0
  }
}

/// How far the pull of one layer is.
public struct PullProgress: Sendable, Equatable {
  /// The layer; nil for a line about the whole image.
  public var layer: String?
  /// The engine's words: `Downloading`, `Pull complete`, …
  public var status: String
  /// Bytes so far and in all, where the engine says so.
  public var bytes: (current: Int64, total: Int64)?

  public static func == (left: PullProgress, right: PullProgress) -> Bool {
    left.layer == right.layer && left.status == right.status && left.bytes?.current == right.bytes?.current
      && left.bytes?.total == right.bytes?.total
  }
}

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

  /// Pulls an image from its registry, telling how far it is. A name without a tag means `latest`.
  public func pullImage(
    _ reference: String, within limit: Duration = .seconds(600), progress: (PullProgress) -> Void = { _ in }
  ) async throws(EngineError) {
    let (name, tag) = DockerEngine.nameAndTag(reference)
    let path = "/images/create" + Query.string(["fromImage": name, "tag": tag])
    try await readMessages(try await stream(.POST, path, within: limit), path) { message in
      let bytes = message.progressDetail.flatMap { detail in
        detail.total.flatMap { total in detail.current.map { (current: $0, total: total) } }
      }
      if let status = message.status { progress(PullProgress(layer: message.id, status: status, bytes: bytes)) }
    }
  }

  /// An image with its layers as a tar archive, streamed.
  public func saveImage(_ name: String, within limit: Duration = .seconds(60)) async throws(EngineError) -> ByteStream {
    try await stream(.GET, "/images/\(Query.escape(name))/get", within: limit)
  }

  /// Loads what ``saveImage(_:within:)`` gave.
  public func loadImage(
    _ archive: some AsyncSequence<ByteBuffer, any Error> & Sendable, within limit: Duration = .seconds(600)
  ) async throws(EngineError) {
    let path = "/images/load?quiet=true"
    try await readMessages(try await stream(.POST, path, .tarStream(archive), within: limit), path) { _ in }
  }

  /// A line of the streams that pulling and loading send. A failure comes as a line as well, after a status of 200.
  private struct Message: Decodable {
    struct Detail: Decodable {
      var current: Int64?
      var total: Int64?
    }
    var status: String?
    var id: String?
    var progressDetail: Detail?
    var error: String?
  }

  private func readMessages(
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
