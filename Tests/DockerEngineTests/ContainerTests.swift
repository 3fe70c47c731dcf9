import DockerEngine
import FoundationEssentials
import HydraTestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ContainerTests {
  /// What is sent for `spec`, with sorted keys.
  private func sent(_ spec: ContainerSpec) async throws -> String {
    try await withEngine(answering: { $0.method == "POST" ? .json(#"{"Id":"abc"}"#, status: 201) : nil }) {
      engine, stub in
      #expect(try await engine.createContainer("n", spec) == "abc")
      let body = try #require(stub.requests.last?.body)
      let value = try JSONDecoder().decode(JSON.self, from: Data(body))
      return value.text
    }
  }

  /// JSON as text with sorted keys and without blanks.
  private indirect enum JSON: Decodable {
    case object([String: JSON])
    case list([JSON])
    case text(String)
    case number(Int64)
    case truth(Bool)

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let truth = try? value.decode(Bool.self) {
        self = .truth(truth)
      } else if let number = try? value.decode(
        Int64.self)
      {
        self = .number(number)
      } else if let text = try? value.decode(String.self) {
        self = .text(text)
      } else if let list = try? value.decode([JSON].self) {
        self = .list(list)
      } else {
        self = .object(try value.decode([String: JSON].self))
      }
    }

    var text: String {
      switch self {
      case .object(let members):
        "{" + members.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.text)" }.joined(separator: ",") + "}"
      case .list(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
      case .text(let text): "'\(text)'"
      case .number(let number): "\(number)"
      case .truth(let truth): "\(truth)"
      }
    }
  }

  @Test("a spec at its defaults leaves everything to the engine")
  func least() async throws {
    let host =
      "{CapAdd:[],CapDrop:[],Dns:[],ExtraHosts:[],Mounts:[],PortBindings:{},RestartPolicy:{Name:'no'},SecurityOpt:[],Ulimits:[]}"
    #expect(
      try await sent(ContainerSpec(image: "x"))
        == "{Env:[],ExposedPorts:{},HostConfig:\(host),Image:'x',Labels:{},Tty:false}")
  }

  @Test("a spec with everything")
  func most() async throws {
    var spec = ContainerSpec(image: "x")
    (spec.command, spec.entrypoint, spec.env, spec.labels) = (["a", "b"], ["/e"], ["K": "v=w", "A": ""], ["l": "m"])
    (spec.hostname, spec.user, spec.workingDirectory, spec.tty) = ("h", "1:2", "/w", true)
    (spec.stopSignal, spec.stopTimeout) = ("SIGINT", 3)
    spec.healthcheck = .init(command: ["true"], interval: .milliseconds(500), timeout: .seconds(1), retries: 2)
    spec.exposedPorts = [9]
    spec.ports = [
      .init(containerPort: 80, hostAddress: "127.0.0.1", hostPort: 0),
      .init(containerPort: 80, hostAddress: "", hostPort: 8080),
      .init(containerPort: 53, hostAddress: "", hostPort: 53, transport: "udp"),
    ]
    (spec.networkMode, spec.networkAliases, spec.networkAddress) = ("net", ["alias"], "10.0.0.9")
    (spec.extraHosts, spec.dns) = (["n:10.0.0.1"], ["10.0.0.2"])
    spec.mounts = [
      .volume("v", target: "/v"), .bind("/h", target: "/b", readOnly: true), .tmpfs(target: "/t", size: 4096),
    ]
    (spec.capAdd, spec.capDrop, spec.securityOpt) = (["NET_ADMIN"], ["MKNOD"], ["seccomp=unconfined"])
    (spec.hasUnmaskedPaths, spec.cgroupnsMode, spec.restartPolicy) = (true, "private", .onFailure)
    (spec.memory, spec.nanoCPUs, spec.pidsLimit, spec.initProcess) = (1 << 33, 500_000_000, 64, true)
    spec.ulimits = [.init(name: "nofile", soft: 1, hard: 2)]
    spec.log = .init(type: "json-file", options: ["max-size": "1m"])
    let expected = """
      {Cmd:['a','b'],Entrypoint:['/e'],Env:['A=','K=v=w'],ExposedPorts:{53/udp:{},80/tcp:{},9/tcp:{}},\
      Healthcheck:{Interval:500000000,Retries:2,StartPeriod:0,Test:['CMD','true'],Timeout:1000000000},\
      HostConfig:{CapAdd:['NET_ADMIN'],CapDrop:['MKNOD'],CgroupnsMode:'private',Dns:['10.0.0.2'],\
      ExtraHosts:['n:10.0.0.1'],Init:true,LogConfig:{Config:{max-size:'1m'},Type:'json-file'},MaskedPaths:[],\
      Memory:8589934592,Mounts:[{ReadOnly:false,Source:'v',Target:'/v',Type:'volume'},\
      {ReadOnly:true,Source:'/h',Target:'/b',Type:'bind'},\
      {ReadOnly:false,Target:'/t',TmpfsOptions:{SizeBytes:4096},Type:'tmpfs'}],NanoCpus:500000000,NetworkMode:'net',\
      PidsLimit:64,PortBindings:{53/udp:[{HostIp:'',HostPort:'53'}],\
      80/tcp:[{HostIp:'127.0.0.1',HostPort:''},{HostIp:'',HostPort:'8080'}]},ReadonlyPaths:[],\
      RestartPolicy:{Name:'on-failure'},SecurityOpt:['seccomp=unconfined'],Ulimits:[{Hard:2,Name:'nofile',Soft:1}]},\
      Hostname:'h',Image:'x',Labels:{l:'m'},\
      NetworkingConfig:{EndpointsConfig:{net:{Aliases:['alias'],IPAMConfig:{IPv4Address:'10.0.0.9'}}}},\
      StopSignal:'SIGINT',StopTimeout:3,Tty:true,User:'1:2',WorkingDir:'/w'}
      """
    #expect(try await sent(spec) == expected)
  }

  @Test("what engines leave out or send as null counts as empty")
  func nulls() async throws {
    let list = #"""
      [{"Id":"1","Names":null,"Image":"x","Labels":null,"Ports":null,"Mounts":null,"NetworkSettings":null},
       {"Id":"0123456789abcdef"},
       {"Id":"2","Names":["/a","/b/a"],"State":"running","Ports":[{"PrivatePort":80,"Type":"tcp"}],
        "NetworkSettings":{"Networks":{"n":null,"m":{"IPAddress":""},"o":{"IPAddress":"10.0.0.2"}}}}]
      """#
    let inspection = #"""
      {"Id":"1","Name":"/a","Mounts":null,"Config":{"Labels":null,"Env":null},"HostConfig":null,
       "State":{"Status":"created","StartedAt":"0001-01-01T00:00:00Z","FinishedAt":"0001-01-01T00:00:00Z","Health":null},
       "NetworkSettings":{"Ports":{"80/tcp":null,"9/tcp":[{"HostIp":"0.0.0.0","HostPort":"49153"}]},"Networks":null}}
      """#
    try await withEngine(answering: {
      $0.path == "/containers/json" ? .json(list) : $0.path == "/containers/1/json" ? .json(inspection) : nil
    }) { engine, _ in
      let found = try await engine.listContainers(labels: [:])
      #expect(found.map(\.name) == ["1", "0123456789ab", "a"])
      #expect(found[2].addresses == ["o": "10.0.0.2"])
      #expect(found[2].ports.map(\.hostPort) == [nil])
      let container = try await engine.inspectContainer("1")
      #expect(container.name == "a" && container.state == "created" && !container.tty && container.mounts.isEmpty)
      #expect(container.finishedAt == nil && container.health == nil && container.createdAt == nil)
      #expect(container.ports[80] == [] && container.ports[9]?.map(\.port) == [49153])
    }
  }

  @Test("the calls of a container's life are those of the API")
  func calls() async throws {
    try await withEngine(answering: { request in
      if request.path.hasSuffix("/wait") { return .json(#"{"StatusCode":7,"Error":null}"#) }
      if request.path.hasSuffix("/archive"), request.method == "GET" { return .json("tar") }
      return request.method == "GET" ? .json("[]") : request.method == "HEAD" ? nil : .nothing
    }) { engine, stub in
      try await engine.startContainer("a/../b")
      try await engine.stopContainer("a", grace: .milliseconds(1500))
      try await engine.restartContainer("a", grace: .zero)
      try await engine.killContainer("a", signal: "SIGTERM")
      try await engine.pauseContainer("a")
      try await engine.unpauseContainer("a")
      #expect(try await engine.waitContainer("a", within: .seconds(5)) == 7)
      try await engine.putArchive("a", path: "/x y", tar: [1, 2])
      #expect(try await engine.getArchive("a", path: "/x") == Array("tar".utf8))
      try await engine.removeContainer("a", force: true)
      try await engine.removeContainer("a", volumes: false)
      _ = try await engine.listContainers(havingLabel: "l", within: .seconds(5))
      _ = try await engine.listContainers(labels: [:], all: false)
      #expect(
        stub.requests.map { "\($0.method) \($0.path)" + ($0.query.isEmpty ? "" : "?\($0.query)") } == [
          "POST /containers/a%2F..%2Fb/start", "POST /containers/a/stop?t=2", "POST /containers/a/restart?t=0",
          "POST /containers/a/kill?signal=SIGTERM", "POST /containers/a/pause", "POST /containers/a/unpause",
          "POST /containers/a/wait", "PUT /containers/a/archive?path=%2Fx%20y", "GET /containers/a/archive?path=%2Fx",
          "DELETE /containers/a?force=true&v=true", "DELETE /containers/a",
          "GET /containers/json?all=true&filters=%7B%22label%22%3A%5B%22l%22%5D%7D", "GET /containers/json",
        ])
      #expect(stub.requests[7].body == [1, 2])
    }
  }
}
