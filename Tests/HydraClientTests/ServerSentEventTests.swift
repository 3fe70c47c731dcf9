import HydraClient
import Testing

@Suite struct ServerSentEventTests {
  static let text =
    "\u{FEFF}: comment\r\nid: 7\r\nevent: node.down\r\ndata: one\r\ndata:two\r\n\r\nretry: 5\n\ndata\n\nid\ndata:  x: ü\n\n:\n\nevent: late\n\nid: a\u{0}b\rdata: last\r\rdata: cut"

  static let events = [
    ServerSentEvent(id: "7", event: "node.down", data: "one\ntwo"), ServerSentEvent(id: "7", data: ""),
    ServerSentEvent(id: "", data: " x: ü"), ServerSentEvent(id: "", data: "last"),
  ]

  @Test func readsAWholeText() throws {
    var parser = ServerSentEventParser()
    #expect(try parser.feed(Array(ServerSentEventTests.text.utf8)) == ServerSentEventTests.events)
  }

  /// Cut at every place, and into single bytes.
  @Test func piecesDoNotMatter() throws {
    let bytes = Array(ServerSentEventTests.text.utf8)
    for cut in bytes.indices {
      var parser = ServerSentEventParser()
      let events = try parser.feed(bytes[..<cut]) + parser.feed(bytes[cut...])
      #expect(events == ServerSentEventTests.events, "cut at \(cut)")
    }
    var parser = ServerSentEventParser()
    #expect(try bytes.flatMap { try parser.feed([$0]) } == ServerSentEventTests.events)
  }

  @Test func anIDWithoutDataCounts() throws {
    var parser = ServerSentEventParser()
    #expect(try parser.feed(Array(": hi\nretry: 1000\nid: 9\n".utf8)).isEmpty && parser.lastEventID == nil)
    #expect(try parser.feed(Array("\n".utf8)).isEmpty && parser.lastEventID == "9")
    #expect(try parser.feed(Array("data: x\n\nid: 10\ndata".utf8)).count == 1 && parser.lastEventID == "9")
  }

  @Test func isBounded() throws {
    var line = ServerSentEventParser(maximum: 100)
    #expect(throws: ServerSentEventParser.TooLong.self) { try line.feed(Array(repeating: 0x61, count: 101)) }
    var lines = ServerSentEventParser(maximum: 100)
    #expect(throws: ServerSentEventParser.TooLong.self) {
      for _ in 0..<20 { _ = try lines.feed(Array("data: 1234567890\n".utf8)) }
    }
    var many = ServerSentEventParser(maximum: 100)
    for _ in 0..<20 { #expect(try many.feed(Array("data: 1234567890\n\n".utf8)).count == 1) }
  }
}
