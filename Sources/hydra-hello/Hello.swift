import Glibc

/// The demo's service: an HTTP server that says which replica responded. One thread, one poll loop, no dependencies: its
/// image holds this binary and nothing else.
@main
enum Hello {
  private static let backlog: Int32 = 4096
  private static let mostConnections = 4096

  static func main() {
    signal(SIGTERM) { _ in _exit(0) }
    signal(SIGINT) { _ in _exit(0) }
    let port = getenv("PORT").flatMap { UInt16(String(cString: $0)) } ?? 8000
    guard let listener = listen(on: port) else {
      let message = "hello: can't listen on port \(port): \(String(cString: strerror(errno)))\n"
      _ = write(STDERR_FILENO, message, message.utf8.count)
      exit(1)
    }
    serve(listener)
  }

  private static func listen(on port: UInt16) -> Int32? {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard listener >= 0 else { return nil }
    var on: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard bound == 0, Glibc.listen(listener, backlog) == 0 else { return nil }
    return listener
  }

  private static func serve(_ listener: Int32) -> Never {
    let greeting = Greeting()
    var connections: [Int32: Connection] = [:]
    while true {
      var polled = [pollfd(fd: connections.count < mostConnections ? listener : -1, events: Int16(POLLIN), revents: 0)]
      for connection in connections.values {
        let events = POLLIN | (connection.wantsToWrite ? POLLOUT : 0)
        polled.append(pollfd(fd: connection.descriptor, events: Int16(events), revents: 0))
      }
      guard poll(&polled, nfds_t(polled.count), -1) > 0 else { continue }
      if polled[0].revents != 0 { accept(listener, &connections) }
      for entry in polled.dropFirst() where entry.revents != 0 {
        guard var connection = connections[entry.fd] else { continue }
        var goesOn = true
        if entry.revents & Int16(POLLOUT) != 0 { goesOn = connection.write() }
        if goesOn, entry.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { goesOn = connection.read(greeting) }
        if goesOn {
          connections[entry.fd] = connection
        } else {
          connections[entry.fd] = nil
          close(entry.fd)
        }
      }
    }
  }

  private static func accept(_ listener: Int32, _ connections: inout [Int32: Connection]) {
    while connections.count < mostConnections {
      let descriptor = Glibc.accept(listener, nil, nil)
      guard descriptor >= 0 else { return }
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
      var on: Int32 = 1
      setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
      connections[descriptor] = Connection(descriptor: descriptor)
    }
  }
}
