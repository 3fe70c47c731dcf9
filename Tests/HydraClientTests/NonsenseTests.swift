import Glibc
import HydraClient
import HydraModel
import Testing

/// The client against what is no API of hydra, or a broken one.
@Suite(.timeLimit(.minutes(1))) struct NonsenseTests {
  static func client(_ port: Int, _ change: (inout ClientConfiguration) -> Void = { _ in }) throws -> APIClient {
    var configuration = ClientConfiguration()
    configuration.firstContact = .milliseconds(300)
    configuration.lostContact = .milliseconds(600)
    configuration.pauses = .milliseconds(10)...(.milliseconds(50))
    change(&configuration)
    return try APIClient(url: "http://127.0.0.1:\(port)", token: "t", configuration: configuration)
  }

  /// With all the time in the world, for what is to succeed on a busy machine too.
  static func patientClient(_ port: Int) throws -> APIClient {
    try client(port) {
      $0.firstContact = .seconds(30)
      $0.lostContact = .seconds(30)
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 26\r\n\r\n<!DOCTYPE html>\n<p>hello</p>",
    Wire.json("200 OK", "{}"), Wire.json("200 OK", "[1,2"), Wire.json("200 OK", ""),
    Wire.json("404 Not Found", "nothing here"),
    Wire.json("500 Oops", #"{"message":"no"}"#),
    "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 204 No Content\r\n\r\n",
  ])
  func somethingElseOnThatPort(answer: String) async throws {
    try await ScriptedServer.run({ _, _ in [.send(answer)] }) { server in
      let client = try NonsenseTests.client(server.port)
      for _ in 0..<2 {
        let error = await #expect(throws: HydraError.self) { try await client.state() }
        #expect(error?.code == .unreachable)
        #expect(error?.message.hasPrefix("http://127.0.0.1:\(server.port) is not the API of a hydra cluster") == true)
        #expect(error?.remedy == "check whether another program listens on that port")
      }
    }
  }

  @Test(arguments: [
    "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "220 mail.example ESMTP\r\n", "\u{0}\u{1}\u{2}",
    "HTTP/1.1 200 OK\r\nContent-Le",
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"name\":",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "",
  ])
  func aBrokenAnswer(answer: String) async throws {
    try await ScriptedServer.run({ _, _ in [.send(answer)] }) { server in
      let client = try NonsenseTests.client(server.port)
      let error = await #expect(throws: HydraError.self) { try await client.state() }
      #expect(error?.code == .unreachable)
      #expect(error?.message.hasPrefix("the API at http://127.0.0.1:\(server.port) is unreachable: ") == true)
      let change = await #expect(throws: HydraError.self) { try await client.send(AddNode()) }
      #expect(change?.code == .unreachable)
      // Repeated with the same key, by which the server can tell.
      let keys = server.requests.filter { $0.hasPrefix("POST") }.compactMap {
        $0.split(separator: "\r\n").first { $0.lowercased().hasPrefix("idempotency-key:") }
      }
      #expect(keys.count > 1 && Set(keys).count == 1)
    }
  }

  @Test func nobodyThere() async throws {
    let port = try TakenPort()
    let client = try NonsenseTests.client(port.number)
    let start = ContinuousClock.now
    let error = await #expect(throws: HydraError.self) { try await client.identify() }
    #expect(error?.code == .unreachable)
    #expect(error?.message == "the API at \(client.url) is unreachable: connection refused")
    #expect(error?.remedy == "check that the cluster is running with 'cluster list'")
    #expect(ContinuousClock.now - start < .seconds(5))
    let change = await #expect(throws: HydraError.self) { try await client.send(AddNode()) }
    #expect(change?.message == error?.message)
    #expect(port.number > 0)
  }

  @Test func somebodyWhoNeverAnswers() async throws {
    try await ScriptedServer.run({ _, _ in [.hang] }) { server in
      let client = try NonsenseTests.client(server.port) { $0.read = .milliseconds(200) }
      await #expect(throws: HydraError(.timeout, "GET /state at \(client.url) did not respond within 200ms")) {
        try await client.state()
      }
    }
  }

  @Test func aStallInTheMiddleOfAnAnswer() async throws {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
    try await ScriptedServer.run({ _, _ in [.send(head), .hang] }) { server in
      let client = try NonsenseTests.client(server.port) { $0.read = .milliseconds(200) }
      let error = await #expect(throws: HydraError.self) { try await client.state() }
      #expect(error?.code == .timeout)
    }
  }

  @Test func aConnectionThatBreaksIsTriedAgain() async throws {
    try await ScriptedServer.run({ number, _ in
      number < 3 ? [.reset] : [.send(Wire.json("200 OK", Wire.node))]
    }) { server in
      let client = try NonsenseTests.patientClient(server.port)
      #expect(try await client.send(AddNode()).name == "node-1")
      #expect(server.requests.count == 4)
    }
  }

  /// An API that is paused takes connections and says nothing: whoever gives up is not kept for the time that undoing may take.
  @Test func aSilentAPIIsNotWaitedForWhenCancelling() async throws {
    try await ScriptedServer.run({ _, _ in [.hang] }) { server in
      var configuration = ClientConfiguration()
      configuration.presence = .milliseconds(50)
      configuration.undo = .seconds(3600)
      let client = try APIClient(url: "http://127.0.0.1:\(server.port)", configuration: configuration)
      let call = Task { try await client.send(AddNode()) }
      while server.requests.isEmpty { await Task.yield() }
      call.cancel()
      let error = await #expect(throws: HydraError.self) { try await call.value }
      #expect(error?.message == "interrupted, and the cluster could not be asked to undo POST /node")
    }
  }

  @Test func anAbsentComponentIsWaitedFor() async throws {
    try await ScriptedServer.run({ number, _ in
      number < 2
        ? [.send(Wire.json("503 Service Unavailable", #"{"error":"no data node","code":"unavailable"}"#))]
        : [.send(Wire.json("200 OK", Wire.node))]
    }) { server in
      let client = try NonsenseTests.patientClient(server.port)
      #expect(try await client.send(AddNode()).name == "node-1")
    }
    try await ScriptedServer.run({ _, _ in
      [.send(Wire.json("503 Service Unavailable", #"{"error":"no data node","code":"unavailable"}"#))]
    }) { server in
      let client = try NonsenseTests.client(server.port)
      await #expect(throws: HydraError(.unavailable, "no data node")) { try await client.send(AddNode()) }
      // Who only asks is told at once.
      let asked = server.requests.count
      await #expect(throws: HydraError(.unavailable, "no data node")) { try await client.state() }
      #expect(server.requests.count == asked + 1)
    }
  }

  @Test func aRefusalIsNotRepeated() async throws {
    try await ScriptedServer.run({ _, _ in
      [.send(Wire.json("409 Conflict", #"{"error":"it is there","code":"conflict","remedy":"remove it"}"#))]
    }) { server in
      let client = try NonsenseTests.client(server.port)
      await #expect(throws: HydraError(.conflict, "it is there", remedy: "remove it")) {
        try await client.send(AddNode())
      }
      #expect(server.requests.count == 1)
    }
  }

  @Test func aCancellationThatCanNotBeToldIsSaidSo() async throws {
    try await ScriptedServer.run({ _, request in request.hasPrefix("POST") ? [.hang] : [.reset] }) { server in
      let client = try NonsenseTests.client(server.port)
      let call = Task { try await client.send(AddNode()) }
      while server.requests.isEmpty { await Task.yield() }
      call.cancel()
      let error = await #expect(throws: HydraError.self) { try await call.value }
      #expect(error?.code == .cancelled)
      #expect(error?.message == "interrupted, and the cluster could not be asked to undo POST /node")
    }
  }

  @Test func aCancellationThatComesTooLateIsSaidSo() async throws {
    try await ScriptedServer.run({ _, request in
      request.hasPrefix("POST")
        ? [.hang]
        : [.send(Wire.json("404 Not Found", #"{"error":"e","code":"not_found","key":"k","outcome":"finished"}"#))]
    }) { server in
      let client = try NonsenseTests.client(server.port)
      let call = Task { try await client.send(AddNode()) }
      while server.requests.isEmpty { await Task.yield() }
      call.cancel()
      await #expect(throws: HydraError(.cancelled, "interrupted, but POST /node had already completed")) {
        try await call.value
      }
      #expect(server.requests.last?.contains("DELETE /requests/") == true)
      #expect(server.requests.last?.contains("Bearer t") == true)
    }
  }

  @Test(arguments: [
    "", "localhost:4000", "ftp://localhost", "http://", "http://:4000", "http://u:p@localhost:4000",
    "http://localhost:0",
    "http://localhost:99999", "http://localhost:4000/?a=b", "http://localhost:4000/#x", "http://local host", "http://ä",
  ])
  func urlsAreChecked(url: String) {
    let error = #expect(throws: HydraError.self) { try APIClient(url: url) }
    #expect(error?.code == .invalidArgument)
  }

  @Test func tokensAreChecked() {
    for token in ["", "a b", "a\nb", "ä"] {
      #expect(throws: HydraError.self) { try APIClient(url: "http://localhost:1", token: token) }
    }
    #expect(throws: Never.self) { try APIClient(url: "http://localhost:4000//") }
  }
}

/// A port that nothing listens on and nobody else gets.
private final class TakenPort: Sendable {
  let number: Int
  private let descriptor: Int32

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) | getsockname(descriptor, $0, &length)
      }
    }
    try #require(descriptor >= 0 && result == 0)
    number = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(descriptor) }
}
