import DockerEngine
import HydraTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ObjectTests {
  @Test("networks: made, found by exact name, described, joined and left")
  func networks() async throws {
    let list = #"[{"Id":"1","Name":"test","Labels":null,"IPAM":{"Config":null}},{"Id":"2","Name":"test2"}]"#
    let one = #"""
      {"Id":"1","Name":"test","Driver":"bridge","Internal":true,"IPAM":{"Config":[{"Subnet":"10.0.0.0/24"}]},
       "Containers":{"c":{"IPv4Address":"10.0.0.2/24"},"d":{"IPv4Address":""}}}
      """#
    try await withEngine(answering: { request in
      switch (request.method, request.path) {
      case ("GET", "/networks"): .json(list)
      case ("GET", "/networks/1"): .json(one)
      case ("POST", "/networks/create"): .json(#"{"Id":"1","Warning":""}"#, status: 201)
      case ("POST", _), ("DELETE", _): .nothing
      default: nil
      }
    }) { engine, stub in
      #expect(try await engine.createNetwork("test", labels: ["a": "b"], isInternal: true) == "1")
      #expect(try await engine.listNetworks(named: "test").map(\.id) == ["1"])
      let network = try #require(try await engine.inspectNetwork("1"))
      #expect(network.isInternal && network.subnets == ["10.0.0.0/24"] && network.containers == ["c": "10.0.0.2"])
      #expect(try await engine.inspectNetwork("gone") == nil)
      try await engine.connectNetwork("1", container: "c", aliases: ["x"], address: "10.0.0.9")
      #expect(stub.requests.last?.text.contains(#""IPv4Address":"10.0.0.9""#) == true)
      try await engine.disconnectNetwork("1", container: "c", force: true)
      try await engine.removeNetwork("1")
      #expect(stub.requests.suffix(2).map(\.path) == ["/networks/1/disconnect", "/networks/1"])
    }
  }

  @Test("volumes: made, listed although there are none, gone")
  func volumes() async throws {
    try await withEngine(answering: { request in
      switch (request.method, request.path) {
      case ("GET", "/volumes"): .json(#"{"Volumes":null,"Warnings":null}"#)
      case ("POST", "/volumes/create"): .json(#"{"Name":"v","Driver":"local","Labels":null}"#, status: 201)
      case ("DELETE", "/volumes/used"): .failure(409, "volume is in use")
      case ("DELETE", _): .nothing
      default: nil
      }
    }) { engine, stub in
      #expect(try await engine.createVolume("v", labels: ["a": "b"]).driver == "local")
      #expect(try await engine.listVolumes(labels: ["a": "b"]).isEmpty)
      #expect(try await engine.inspectVolume("v") == nil)
      try await engine.removeVolume("v", force: true)
      #expect(stub.requests.last?.query == "force=true")
      try await expectFailure({ $0.isConflict }) { try await engine.removeVolume("used") }
    }
  }

  @Test("versions, information and statistics")
  func system() async throws {
    let stats = #"""
      {"cpu_stats":{"cpu_usage":{"total_usage":9},"online_cpus":2},"pids_stats":{"current":3},
       "memory_stats":{"usage":100,"limit":200,"stats":{"total_inactive_file":40,"inactive_file":30}},
       "networks":{"eth0":{"rx_bytes":1,"tx_bytes":2},"eth1":{"rx_bytes":10,"tx_bytes":20}}}
      """#
    let stopped = #"{"cpu_stats":{"cpu_usage":{"total_usage":0}},"memory_stats":{},"pids_stats":{},"networks":null}"#
    try await withEngine(answering: { request in
      switch request.path {
      case "/version": .json(#"{"Version":"20.10","ApiVersion":"1.41","MinAPIVersion":"1.12"}"#)
      case "/info": .json(#"{"Name":"host","NCPU":2,"SystemTime":"2026-11-24T00:05:01.5+01:00"}"#)
      case "/containers/a/stats": .json(stats)
      case "/containers/b/stats": .json(stopped)
      default: nil
      }
    }) { engine, stub in
      #expect(try await engine.version().oldestAPIVersion == "1.12")
      #expect(try await engine.info().systemTime?.nanoseconds == 1_795_475_101_500_000_000)
      let used = try await engine.stats("a")
      #expect((used.memory, used.received, used.sent, used.pids) == (60, 11, 22, 3))
      #expect(stub.requests.last?.query == "stream=false&one-shot=true")
      #expect(try await engine.stats("b").memory == 0)
    }
  }
}
