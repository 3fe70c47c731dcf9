import Glibc

/// Which replica this is, as the orchestrator says through the environment.
struct Greeting {
  private let replica: String

  init() {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    let service = variable("HYDRA_SERVICE") ?? "hello"
    let slot = variable("HYDRA_REPLICA").map { ".\($0)" } ?? ""
    let node = variable("HYDRA_NODE").map { " on \($0)" } ?? ""
    replica = "\(service)\(slot)\(node)"
  }

  /// The whole response to a request whose head is `head`: status line, headers and, unless it is a HEAD, a body.
  func answer(_ head: [UInt8], keepAlive: inout Bool) -> [UInt8] {
    let line = head.prefix { $0 != 0x0D && $0 != 0x0A }
    let words = line.split(separator: 0x20, omittingEmptySubsequences: true)
    guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8) else {
      keepAlive = false
      return response("400 Bad Request", "not a request\n", withBody: true, keepAlive: false)
    }
    let method = String(decoding: words[0], as: UTF8.self)
    let path = String(decoding: words[1].prefix(1024).filter { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self)
    keepAlive = words[2].last == UInt8(ascii: "1") && !Greeting.asksToClose(head)
    guard ["GET", "HEAD", "POST", "PUT", "DELETE"].contains(method) else {
      return response("405 Method Not Allowed", "no \(method) here\n", withBody: true, keepAlive: keepAlive)
    }
    let body = path == "/healthz" ? "ok\n" : "hello from \(replica) (\(method) \(path))\n"
    return response("200 OK", body, withBody: method != "HEAD", keepAlive: keepAlive)
  }

  private func response(_ status: String, _ body: String, withBody: Bool, keepAlive: Bool) -> [UInt8] {
    let connection = keepAlive ? "keep-alive" : "close"
    let head =
      "HTTP/1.1 \(status)\r\nContent-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\nConnection: \(connection)\r\n\r\n"
    return Array((withBody ? head + body : head).utf8)
  }

  private static func asksToClose(_ head: [UInt8]) -> Bool {
    header("connection", in: head)?.contains("close") == true
  }

  /// Value of a header, in lower case.
  static func header(_ name: String, in head: [UInt8]) -> String? {
    for line in head.split(separator: 0x0A).dropFirst() {
      guard let colon = line.firstIndex(of: 0x3A) else { continue }
      guard String(decoding: line[..<colon], as: UTF8.self).lowercased() == name else { continue }
      let value = line[(colon + 1)...].filter { $0 != 0x0D && $0 != 0x20 }
      return String(decoding: value, as: UTF8.self).lowercased()
    }
    return nil
  }
}
