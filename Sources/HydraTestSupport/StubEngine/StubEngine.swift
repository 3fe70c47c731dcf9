public import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A Docker engine that does what a test says, over a real socket: it hangs, breaks off, talks nonsense. Only
/// `HEAD /_ping` it answers by itself, as long as the test's own answer does not.
public final class StubEngine: Sendable {
  /// What a test answers to a request; nil for status 404.
  public typealias Answering = @Sendable (StubRequest) -> StubAnswer?

  /// Where it listens.
  public enum Place: Sendable {
    /// A unix socket in a directory of its own.
    case unix
    /// A TCP port of the loopback, with TLS that asks for a certificate of ``StubCertificates/authority``.
    case tls
    /// A TCP port of the loopback.
    case tcp
  }

  /// Something that happened at the stub.
  public enum Notice: Sendable, Equatable {
    /// A request was read.
    case request(StubRequest)
    /// A connection ended.
    case disconnected
  }

  /// The version of the API that it claims.
  public static let apiVersion = "1.41"

  /// Where it listens; the path of a unix socket.
  public let address: SocketAddress
  /// What happens, in order. Read by one task.
  public let notices: AsyncStream<Notice>
  private let notify: AsyncStream<Notice>.Continuation
  private let answering: Answering
  private let received = Mutex<[StubRequest]>([])

  init(address: SocketAddress, answering: @escaping Answering) {
    self.address = address
    self.answering = answering
    (notices, notify) = AsyncStream.makeStream()
  }

  /// The path of its unix socket; empty for TCP.
  public var path: String { address.pathname ?? "" }
  /// Its TCP port; 0 for a unix socket.
  public var port: Int { address.port ?? 0 }
  /// All requests so far but for its own `HEAD /_ping`.
  public var requests: [StubRequest] { received.withLock { $0 } }

  /// Waits for a notice that fits.
  public func waitFor(_ fits: (Notice) -> Bool) async {
    for await notice in notices where fits(notice) { return }
  }

  func serve(_ connection: NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>) async {
    defer { notify.yield(.disconnected) }
    do {
      try await connection.executeThenClose { inbound, outbound in
        var parts = inbound.makeAsyncIterator()
        while let request = try await StubEngine.read(&parts) {
          let answer = answer(to: request)
          for step in answer.steps where try await !perform(step, connection.channel, outbound) { return }
        }
      }
    } catch {
      // A client may go at any moment; that it went is what the notice tells.
    }
  }

  private func answer(to request: StubRequest) -> StubAnswer {
    let isPing = request.method == "HEAD" && request.path == "/_ping"
    if let answer = answering(request) {
      note(request)
      return answer
    }
    if isPing {
      return StubAnswer([
        .text("HTTP/1.1 200 OK\r\nApi-Version: \(StubEngine.apiVersion)\r\nContent-Length: 0\r\n\r\n")
      ])
    }
    note(request)
    return .failure(404, "page not found")
  }

  private func note(_ request: StubRequest) {
    received.withLock { $0.append(request) }
    notify.yield(.request(request))
  }

  /// Whether the connection goes on.
  private func perform(
    _ step: StubAnswer.Step, _ channel: any Channel, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  ) async throws -> Bool {
    switch step {
    case .bytes(let bytes): try await outbound.write(ByteBuffer(bytes: bytes))
    case .wait(let gate):
      await StubEngine.wait(gate, channel)
    case .hang: await StubEngine.wait(StubGate(), channel)
    case .close: return false
    }
    return channel.isActive
  }

  /// Waits until the gate is open, the client has gone, or the stub ends.
  private static func wait(_ gate: StubGate, _ channel: any Channel) async {
    let waiting = Task { await gate.wait() }
    channel.closeFuture.whenComplete { _ in waiting.cancel() }
    await withTaskCancellationHandler {
      await waiting.value
    } onCancel: {
      waiting.cancel()
    }
  }

  private static func read(
    _ parts: inout NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator
  ) async throws -> StubRequest? {
    var head: HTTPRequestHead?
    var body: [UInt8] = []
    while let part = try await parts.next() {
      switch part {
      case .head(let got): head = got
      case .body(let bytes): body += bytes.readableBytesView
      case .end:
        guard let head else { return nil }
        let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
        return StubRequest(method: head.method.rawValue, uri: head.uri, headers: headers, body: body)
      }
    }
    return nil
  }
}
