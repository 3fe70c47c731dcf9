import DockerEngine
import Foundation
import Glibc
import HydraClient
import HydraModel
import TerminalTestSupport
import Testing

extension HydraFunctionalTests {
  /// A cluster is reached at the address it is published on, and nothing is sent anywhere else.
  @Suite(.serialized, .timeLimit(.minutes(5))) struct Addresses {
    @Test(arguments: [("127.0.0.2", "127.0.0.2"), ("::1", "[::1]")])
    func everythingWorksOnAnotherAddress(listen: String, host: String) async throws {
      try await TestCluster.with(nodes: 1, options: ["--listen", listen]) { (cluster) async throws in
        for url in [cluster.summary.api, cluster.summary.proxy, cluster.summary.stats] {
          #expect(url.hasPrefix("http://\(host):"), "\(url)")
        }
        try await cluster.hello(replicas: 1)
        #expect(try await cluster.get("/hello1") != nil)
        #expect(try await HTTPProbeClient().get(cluster.summary.stats).status == 401)
        let state = try await cluster.state()
        #expect(state.api.state == "\(cluster.summary.api)/state")
        #expect(state.services.first?.endpoints == ["\(cluster.summary.proxy)/hello1"])
        // An account that did not start it reaches it as well.
        #expect(try await Tool().run(["state", "--cluster", cluster.name]).status == 0)
      }
    }

    @Test("the token never goes to another program on the same port of another address")
    func decoyHearsNothing() async throws {
      let decoy = try Decoy()
      defer { decoy.close() }
      try await TestCluster.with(nodes: 1, options: ["--port", "\(decoy.port)"]) { (cluster) async throws in
        #expect(cluster.summary.api == "http://127.0.0.1:\(decoy.port)")
        try await cluster.tool.ok("state", "--cluster", cluster.name)
        try await cluster.tool.ok("node", "add", "--cluster", cluster.name)
        // `localhost` is 127.0.0.1, whatever a resolver says: it is this cluster that refuses to be connected to.
        let connect = try await Tool().run(["cluster", "connect", "http://localhost:\(decoy.port)", "--token", "t"])
        #expect(connect.status == 4 && connect.errors.contains("token"), "\(connect.errors)")
      }
      #expect(decoy.connections == 0)
    }
  }
}

/// Listens on `[::1]`, on a port that is free on 127.0.0.1 as well, and takes no connection.
private final class Decoy: Sendable {
  let port: Int
  private let descriptor: Int32

  init() throws {
    let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_addr = in6addr_loopback
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let bound = withUnsafeMutableBytes(of: &address) { bytes -> Int32 in
      let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
      guard let pointer, bind(descriptor, pointer, length) == 0, listen(descriptor, 1000) == 0 else { return -1 }
      return getsockname(descriptor, pointer, &length)
    }
    self.descriptor = descriptor
    port = Int(UInt16(bigEndian: address.sin6_port))
    try #require(bound == 0, "the decoy can't listen")
  }

  /// How many connections were made.
  var connections: Int {
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    var count = 0
    while accept(descriptor, nil, nil) >= 0 { count += 1 }
    return count
  }

  func close() { Glibc.close(descriptor) }
}
