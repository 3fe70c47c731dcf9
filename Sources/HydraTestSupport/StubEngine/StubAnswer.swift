/// What a stub answers: steps that are done one after the other. After the last one the connection is kept, if the
/// steps wrote a whole answer, for the next request.
public struct StubAnswer: Sendable {
  /// One step.
  public enum Step: Sendable {
    /// These bytes, as they are.
    case bytes([UInt8])
    /// Nothing until the gate is open.
    case wait(StubGate)
    /// Nothing for as long as the client stays.
    case hang
    /// The end of the connection.
    case close
  }

  /// The steps.
  public var steps: [Step]

  /// An answer in these steps.
  public init(_ steps: [Step]) { self.steps = steps }

  /// A whole answer with a status.
  public static func json(_ body: String, status: Int = 200) -> StubAnswer {
    let head =
      "HTTP/1.1 \(status) Stub\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
    return StubAnswer([.text(head + body)])
  }

  /// A whole answer without a body.
  public static let nothing = StubAnswer([.text("HTTP/1.1 204 No Content\r\n\r\n")])

  /// An error as engines tell it.
  public static func failure(_ status: Int, _ message: String) -> StubAnswer {
    .json(#"{"message":"\#(message)"}"#, status: status)
  }

  /// The head of a chunked answer, these steps, and its end.
  public static func stream(_ steps: [Step]) -> StubAnswer {
    StubAnswer([.chunkedHead] + steps + [.lastChunk])
  }

  /// Never a byte.
  public static let hang = StubAnswer([.hang])
  /// The end of the connection instead of an answer.
  public static let close = StubAnswer([.close])
}

extension StubAnswer.Step {
  /// This text, as it is.
  public static func text(_ text: String) -> StubAnswer.Step { .bytes(Array(text.utf8)) }

  /// The head of an answer whose length is not known.
  public static let chunkedHead = text(
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")

  /// A chunk of such an answer.
  public static func chunk(_ bytes: [UInt8]) -> StubAnswer.Step {
    .bytes(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [0x0D, 0x0A])
  }

  /// A chunk with this text.
  public static func chunk(_ text: String) -> StubAnswer.Step { chunk(Array(text.utf8)) }

  /// The end of such an answer.
  public static let lastChunk = text("0\r\n\r\n")
}
