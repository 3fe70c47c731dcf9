import NIOCore
import RedisClient
import Testing

/// A reply of every type, nested, with what it means.
private let sample =
  "+OK\r\n-ERR no\r\n:-42\r\n$5\r\nh\r\nlo\r\n$0\r\n\r\n$-1\r\n*-1\r\n*3\r\n:1\r\n*2\r\n+a\r\n$1\r\nb\r\n*0\r\n"
  + "_\r\n#t\r\n#f\r\n,3.25\r\n,inf\r\n(-12345678901234567890\r\n!5\r\nERR x\r\n=7\r\ntxt:foo\r\n"
  + "%2\r\n+k\r\n:1\r\n+l\r\n*1\r\n_\r\n~2\r\n:1\r\n:2\r\n>2\r\n+message\r\n+hi\r\n|1\r\n+ttl\r\n:3\r\n:7\r\n%0\r\n"

private let expected: [RESPValue] = [
  .simple("OK"), .error("ERR no"), .integer(-42), .bulk(Array("h\r\nlo".utf8)), .bulk([]), .null, .null,
  .array([.integer(1), .array([.simple("a"), .bulk(Array("b".utf8))]), .array([])]), .null, .boolean(true),
  .boolean(false), .double(3.25), .double(.infinity), .bigNumber("-12345678901234567890"), .error("ERR x"),
  .bulk(Array("foo".utf8)),
  .map([
    .init(key: .simple("k"), value: .integer(1)), .init(key: .simple("l"), value: .array([.null])),
  ]),
  .array([.integer(1), .integer(2)]), .push([.simple("message"), .simple("hi")]), .integer(7), .map([]),
]

/// Feeds pieces to one parser and collects what comes out.
private func parse(_ pieces: [[UInt8]], limits: RESPLimits = RESPLimits()) throws -> [RESPValue] {
  var parser = RESPParser(limits: limits)
  var buffer = ByteBuffer()
  var values: [RESPValue] = []
  for piece in pieces {
    buffer.writeBytes(piece)
    while let value = try parser.next(&buffer) { values.append(value) }
  }
  return values
}

@Suite("RESP parser")
struct RESPParserTests {
  @Test("every value, in one piece, byte by byte, and cut at every place")
  func splits() throws {
    let bytes = Array(sample.utf8)
    #expect(try parse([bytes]) == expected)
    #expect(try parse(bytes.map { [$0] }) == expected)
    for cut in 0...bytes.count {
      #expect(try parse([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected, "cut at \(cut)")
    }
  }

  @Test("an incomplete value is not a value")
  func incomplete() throws {
    let bytes = Array("*2\r\n$3\r\nfoo\r\n:12\r\n".utf8)
    for length in 0..<bytes.count { #expect(try parse([Array(bytes[..<length])]).isEmpty, "\(length) bytes") }
  }

  @Test(
    "garbage is an error",
    arguments: [
      "x\r\n", "\r\n", "\n", ":\r\n", ":1a\r\n", ":99999999999999999999\r\n", "$-2\r\n", "$x\r\n", "$\r\n",
      "$3\r\nfooXX", "$99999999999999999999\r\n", "*-2\r\n", "*1048577\r\n", "%524289\r\n", "#x\r\n", ",abc\r\n",
      "_x\r\n",
      "(\r\n", "(1x\r\n", "=2\r\nab\r\n", "+no CR\n", "HTTP/1.1 400 Bad Request\r\n",
    ])
  func garbage(text: String) {
    #expect(throws: RESPProtocolError.self) { try parse([Array(text.utf8)]) }
    #expect(throws: RESPProtocolError.self) { try parse(text.utf8.map { [$0] }) }
  }

  @Test("limits hold before the bytes are there")
  func limits() {
    var limits = RESPLimits(bulk: 10, elements: 4, depth: 3, line: 16, reply: 64)
    func refused(_ text: String) -> Bool {
      do {
        _ = try parse([Array(text.utf8)], limits: limits)
        return false
      } catch {
        return error is RESPProtocolError
      }
    }
    #expect(refused("$11\r\n"))
    #expect(!refused("$10\r\n"))
    #expect(refused("*5\r\n"))
    #expect(!refused("*4\r\n"))
    #expect(refused("%3\r\n"))
    #expect(!refused("*1\r\n*1\r\n*1\r\n:1\r\n"))
    #expect(refused("*1\r\n*1\r\n*1\r\n*1\r\n"))
    #expect(refused("*1\r\n|1\r\n*1\r\n*1\r\n"))
    #expect(!refused("+" + String(repeating: "a", count: 15)))
    #expect(refused("+" + String(repeating: "a", count: 17)))
    #expect(refused("+" + String(repeating: "a", count: 17) + "\r\n"))
    limits.elements = 100
    #expect(refused("*20\r\n" + String(repeating: "$1\r\na\r\n", count: 10)))
  }

  @Test("attributes without end do not go on for ever")
  func attributes() {
    let limits = RESPLimits(reply: 1000)
    #expect(throws: RESPProtocolError.self) {
      try parse([Array(String(repeating: "|1\r\n+a\r\n+b\r\n", count: 1000).utf8)], limits: limits)
    }
  }

  @Test("random and mutated bytes give values or an error, the same however they are cut", arguments: 0..<40)
  func random(seed: Int) async {
    var generator = SplitMix(UInt64(seed))
    let alphabet = Array("+-:$*_#,(!=%~>|0123456789\r\n-tfinxa \u{0}".utf8)
    for _ in 0..<100 {
      // Other tests wait for time; this one needs the processor.
      await Task.yield()
      var bytes: [UInt8]
      if generator.below(2) == 0 {
        bytes = Array(sample.utf8)
        for _ in 0...generator.below(4) { bytes[generator.below(bytes.count)] = UInt8(generator.below(256)) }
      } else {
        bytes = (0..<generator.below(80)).map { _ in alphabet[generator.below(alphabet.count)] }
      }
      let cut = generator.below(bytes.count + 1)
      let whole = outcome([bytes])
      #expect(outcome([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole)
      #expect(outcome(bytes.map { [$0] }) == whole)
    }
  }

  /// Values until the end or the error, and whether there was one.
  private func outcome(_ pieces: [[UInt8]]) -> String {
    var parser = RESPParser(limits: RESPLimits(bulk: 1 << 16, elements: 1 << 10, depth: 8))
    var buffer = ByteBuffer()
    var values: [RESPValue] = []
    do {
      for piece in pieces {
        buffer.writeBytes(piece)
        while let value = try parser.next(&buffer) { values.append(value) }
      }
    } catch {
      return "\(values) then an error"
    }
    return "\(values)"
  }

  @Test("a long array in many pieces takes time in proportion")
  func longArray() throws {
    let count = 50_000
    let bytes = Array("*\(count)\r\n".utf8) + Array(String(repeating: ":1\r\n", count: count).utf8)
    let pieces = stride(from: 0, to: bytes.count, by: 100).map { Array(bytes[$0..<min($0 + 100, bytes.count)]) }
    let start = ContinuousClock.now
    #expect(try parse(pieces).first?.elements?.count == count)
    // A parser that begins anew with each piece needs minutes.
    #expect(ContinuousClock.now - start < .seconds(20))
  }
}

@Suite("RESP encoder")
struct RESPEncoderTests {
  @Test("any bytes are an argument")
  func encoding() {
    var buffer = ByteBuffer()
    RESPEncoder.encode(RedisCommand("SET", "ключ", [0, 13, 10, 255] as [UInt8], 7), into: &buffer)
    var bytes = Array("*4\r\n$3\r\nSET\r\n$8\r\nключ\r\n$4\r\n".utf8)
    bytes += [0, 13, 10, 255]
    bytes += Array("\r\n$1\r\n7\r\n".utf8)
    #expect(Array(buffer.readableBytesView) == bytes)
  }

  @Test("what is encoded is an array of strings again")
  func roundTrip() throws {
    var buffer = ByteBuffer()
    RESPEncoder.encode(RedisCommand("X", "", "a b"), into: &buffer)
    #expect(
      try parse([Array(buffer.readableBytesView)]) == [
        .array([.bulk(Array("X".utf8)), .bulk([]), .bulk(Array("a b".utf8))])
      ])
  }

  @Test("arguments and passwords are in no description")
  func secrets() {
    let command = RedisCommand("AUTH", "hydra", "s3cret")
    let configuration = RedisConfiguration(host: "data", user: "hydra", password: "s3cret")
    var dumped = ""
    dump(command, to: &dumped)
    dump(configuration, to: &dumped)
    dumped += "\(command) \(String(reflecting: command)) \(configuration) \(String(reflecting: configuration))"
    #expect(!dumped.contains("s3cret"))
    #expect(dumped.contains("redis://hydra@data:6379"))
  }
}
