/// A message of an event stream.
package struct ServerSentEvent: Sendable, Equatable {
  /// The last id that came, with this message or before it.
  package var id: String?
  /// Its kind; nil for one without.
  package var event: String?
  /// Its data, lines joined by line feeds.
  package var data: String

  package init(id: String? = nil, event: String? = nil, data: String) {
    self.id = id
    self.event = event
    self.data = data
  }
}

/// Reads an event stream (WHATWG HTML §9.2) however it is cut into pieces.
package struct ServerSentEventParser {
  /// More than a message may have, in bytes.
  package struct TooLong: Error, Equatable {}

  /// Longest message taken, in bytes.
  private let maximum: Int
  private var line: [UInt8] = []
  private var lastWasCarriageReturn = false
  private var isAtStart = true
  private var id: String?
  /// The last id that came with a finished message, also with one without data, which is no event: what to resume after.
  package private(set) var lastEventID: String?
  private var event: String?
  private var data: [String] = []
  private var dataSize = 0

  package init(maximum: Int = 1 << 20) { self.maximum = maximum }

  /// The messages that `bytes` complete, in order.
  package mutating func feed(_ bytes: some Sequence<UInt8>) throws(TooLong) -> [ServerSentEvent] {
    var events: [ServerSentEvent] = []
    for byte in bytes {
      let followsCarriageReturn = lastWasCarriageReturn
      lastWasCarriageReturn = byte == 0x0D
      switch byte {
      case 0x0A where followsCarriageReturn:
        // The second half of one line end, which may have come in another piece.
        continue
      case 0x0A, 0x0D:
        if let message = endLine() { events.append(message) }
      default:
        guard line.count + dataSize < maximum else { throw TooLong() }
        line.append(byte)
      }
    }
    return events
  }

  private mutating func endLine() -> ServerSentEvent? {
    defer { line.removeAll(keepingCapacity: true) }
    if isAtStart {
      isAtStart = false
      if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    }
    guard !line.isEmpty else { return dispatch() }
    let name = line.prefix { $0 != UInt8(ascii: ":") }
    guard !name.isEmpty else { return nil }  // a comment
    var value = line.dropFirst(name.count + 1)
    if value.first == 0x20 { value = value.dropFirst() }
    let text = String(decoding: value, as: UTF8.self)
    switch String(decoding: name, as: UTF8.self) {
    case "data":
      data.append(text)
      dataSize += value.count + 1
    case "event": event = text
    case "id" where !value.contains(0): id = text
    default: break
    }
    return nil
  }

  private mutating func dispatch() -> ServerSentEvent? {
    lastEventID = id
    defer { (event, data, dataSize) = (nil, [], 0) }
    guard !data.isEmpty else { return nil }
    return ServerSentEvent(id: id, event: event, data: data.joined(separator: "\n"))
  }
}
