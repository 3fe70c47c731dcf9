import Glibc

/// One client: requests without a response yet, and responses that it has not read yet.
struct Connection {
  /// Longest head of a request, in bytes: the proxy passes 33 KiB of URL and 33 KiB of headers, and adds some of its own.
  private static let longestHead = 72 << 10
  /// Most bytes that wait to be taken by a client that does not read.
  private static let mostWaiting = 1 << 20

  let descriptor: Int32
  private var received: [UInt8] = []
  private var bodyLeft = 0
  private var waiting: [UInt8] = []
  private var closesWhenSent = false

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Whether there is something to be written.
  var wantsToWrite: Bool { !waiting.isEmpty }

  /// Reads what is there and responds to it; returns whether the connection stays open.
  mutating func read(_ greeting: Greeting) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count < 0 { return errno == EAGAIN || errno == EINTR }
    if count == 0 { return false }
    guard !closesWhenSent else { return true }
    received += buffer[..<count]
    while answerNext(greeting) {}
    return received.count <= Connection.longestHead && waiting.count <= Connection.mostWaiting && write()
  }

  private mutating func answerNext(_ greeting: Greeting) -> Bool {
    if bodyLeft > 0 {
      let skipped = min(bodyLeft, received.count)
      received.removeFirst(skipped)
      bodyLeft -= skipped
      guard bodyLeft == 0 else { return false }
    }
    guard !closesWhenSent, let end = headEnd() else { return false }
    let head = Array(received[..<end])
    received.removeFirst(end)
    bodyLeft = Greeting.header("content-length", in: head).flatMap { Int($0) }.map { max(0, min($0, 1 << 30)) } ?? 0
    var keepAlive = true
    waiting += greeting.answer(head, keepAlive: &keepAlive)
    // A chunked body can't be distinguished from the next request without taking it apart: nobody sends one here.
    if Greeting.header("transfer-encoding", in: head) != nil { keepAlive = false }
    closesWhenSent = !keepAlive
    return true
  }

  /// The index after the empty line that ends a head; nil when that has not come yet.
  private func headEnd() -> Int? {
    guard received.count >= 4 else { return nil }
    for index in 3..<received.count
    where received[index] == 0x0A && received[index - 1] == 0x0D && received[index - 2] == 0x0A {
      return index + 1
    }
    return nil
  }

  /// Writes what the client takes; returns whether the connection stays open.
  mutating func write() -> Bool {
    while !waiting.isEmpty {
      let count = send(descriptor, waiting, waiting.count, Int32(MSG_NOSIGNAL))
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      waiting.removeFirst(count)
    }
    return !closesWhenSent
  }
}
