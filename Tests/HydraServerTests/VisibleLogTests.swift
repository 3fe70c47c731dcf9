import HydraServer
import Logging
import Synchronization
import Testing

/// What the management node logs can be read in a terminal, whatever it is about.
struct VisibleLogTests {
  private final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }

  private struct Recorder: LogHandler {
    let lines: Lines
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    func log(event: LogEvent) {
      let values = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }.map { "\($0.value)" }
      lines.all.withLock { $0.append(([event.message.description] + values).joined(separator: " ")) }
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }
  }

  @Test func nothingIsObeyedOrInvisible() {
    let lines = Lines()
    var logger = Logger(label: "test") { _ in VisibleLog(Recorder(lines: lines)) }
    logger.info(
      "web.1 ended: a\u{202E}b \u{1B}[31mred\n\u{9B}x", metadata: ["a": "\u{1B}]0;x\u{7}", "b": ["\u{2028}"]])
    logger[metadataKey: "c"] = "\u{200B}"
    logger.debug("not logged")
    logger.logLevel = .debug
    logger.debug("logged")
    #expect(
      lines.all.withLock { $0 } == [
        "web.1 ended: a<U+202E>b ␛[31mred␊<U+009B>x ␛]0;x␇ [\"<U+2028>\"]", "logged <U+200B>",
      ])
  }
}
