import HydraDiagnostics
import Testing

@Suite struct JSONParserTests {
  @Test(arguments: [
    ("null", JSONValue.null), (" true ", .bool(true)), ("-0.5e-3", .number("-0.5e-3")), (#""""#, .string("")),
    (#""a\n\"\\\/\u00e9\ud83d\ude00é""#, .string("a\n\"\\/é😀é")), ("[]", .array([])),
    ("[1, [ ] ]", .array([.number("1"), .array([])])),
    (#"{"a":{}}"#, .object([.init(name: "a", value: .object([]))])),
  ])
  func reads(text: String, value: JSONValue) throws {
    #expect(try JSONParser.parse(Array(text.utf8)) == value)
  }

  @Test(arguments: [
    "", "  ", "01", "1.", ".5", "+1", "1e", "-", "tru", "nulL", "\"", "\"\n\"", #""\u12""#, #""\ud800""#,
    #""\ud800\u0041""#,
    #""\udc00""#, #""\u+123""#, "[1,]", "[,1]", "{,}", #"{"a"}"#, #"{"a":1,}"#, "[1 2]", "{1:2}", "]", "//",
    "\u{FEFF}{}",
  ])
  func refuses(text: String) {
    #expect(throws: JSONParser.Problem.self) { try JSONParser.parse(Array(text.utf8)) }
  }

  @Test func refusesWhatIsNotUTF8() {
    #expect(throws: JSONParser.Problem.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
    #expect(throws: JSONParser.Problem.self) { try JSONParser.parse([0x22, 0xC0, 0x80, 0x22]) }
  }

  @Test func tellsThePlace() {
    do {
      _ = try JSONParser.parse(Array("[1,\n2\n ".utf8))
      Issue.record("taken")
    } catch {
      #expect(error.message == "expected ',' or ']', but it ends here")
      #expect((error.line, error.column) == (3, 2))
    }
  }

  @Test func isBounded() {
    func refuses(_ text: String, _ limits: JSONParser.Limits) -> String? {
      do { _ = try JSONParser.parse(Array(text.utf8), limits: limits) } catch { return error.message }
      return nil
    }
    #expect(refuses("[[1]]", .init(depth: 2)) == nil)
    #expect(refuses("[[[1]]]", .init(depth: 2)) == "nested deeper than 2")
    #expect(refuses("[1, 2]", .init(values: 3)) == nil)
    #expect(refuses("[1, 2, 3]", .init(values: 3)) == "more than 3 values")
    #expect(refuses(#"{"a": 1}"#, .init(members: 1)) == nil)
    #expect(refuses(#"{"a": 1, "b": 2}"#, .init(members: 1)) == "an object of more than 1 fields")
  }

  /// Random bytes, and random changes to a valid body, never do worse than an error.
  @Test(arguments: 0..<20)
  func survivesAnything(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let valid = Array(#"{"alias":"a\u00e9","env":{"A":"b"},"command":["x","y"],"cpus":-1.5e3,"memory":null}"#.utf8)
    for _ in 0..<500 {
      var bytes = valid
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.remove(at: at)
        default: bytes.insert(UInt8.random(in: 0x20...0x7D, using: &random), at: at)
        }
      }
      _ = try? JSONParser.parse(bytes)
    }
  }
}
