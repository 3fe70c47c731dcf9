import HydraLanguage
import HydraModel

/// A command as a typed call: nothing of the command line is left in it.
enum Operation: Sendable {
  case clusterStart(ClusterSpec)
  case clusterDestroy(String)
  case clusterList
  case clusterInspect(String?)
  case clusterUse(String)
  case clusterConnect(url: String, token: String?)
  case clusterDisconnect(String?)
  case nodeAdd(count: Int, asList: Bool, NodeSpec)
  case nodeList
  case nodeInspect(String)
  /// Nodes, one after the other; `doing` is what people read meanwhile.
  case changeNodes([(name: String, request: any ClusterRequest<NodeState>)], doing: String, asList: Bool)
  /// Removals, one after the other.
  case remove([(name: String, request: any ClusterRequest<Removed>)])
  case serviceAdd(ServiceSpec)
  case serviceList
  case serviceInspect(String)
  case migrate(MoveReplica)
  case state
  case help([String])
  case print(String)
  case printError(String)
  case sleep(Int)
  case history(Int?)
  case save(String, force: Bool)
  case source(String)
  case leave(Int)

  /// The operation of `call`. `watch` is none: the program is compiled around it.
  init(_ call: CommandCall) throws(HydraError) {
    func text(_ id: ParameterID) throws(HydraError) -> String {
      guard let text = call.string(id) else {
        throw HydraError(.internal, "'\(call.spec.name)' came without \(id.rawValue)")
      }
      return text
    }
    switch call.spec.id {
    case .clusterStart: self = .clusterStart(try Self.clusterSpec(call, name: text(.name)))
    case .clusterDestroy: self = .clusterDestroy(try text(.name))
    case .clusterList: self = .clusterList
    case .clusterInspect: self = .clusterInspect(call.string(.name))
    case .clusterUse: self = .clusterUse(try text(.name))
    case .clusterConnect: self = .clusterConnect(url: try text(.url), token: call.string(.token))
    case .clusterDisconnect: self = .clusterDisconnect(call.string(.name))
    case .nodeAdd: self = .nodeAdd(count: call.int(.count) ?? 1, asList: call.isPlural, try Self.nodeSpec(call))
    case .nodeList: self = .nodeList
    case .nodeInspect: self = .nodeInspect(try text(.node))
    case .nodeRemove:
      let force = call.flag(.force)
      self = .remove(call.strings(.node).map { ($0, RemoveNode($0, force: force)) })
    case .nodeKill: self = .nodes(of: call, doing: "killing") { KillNode($0) }
    case .nodeStart: self = .nodes(of: call, doing: "starting") { StartNode($0) }
    case .nodePause: self = .nodes(of: call, doing: "pausing") { PauseNode($0) }
    case .nodeUnpause: self = .nodes(of: call, doing: "unpausing") { UnpauseNode($0) }
    case .serviceAdd: self = .serviceAdd(try Self.serviceSpec(call, alias: text(.alias), image: text(.image)))
    case .serviceList: self = .serviceList
    case .serviceInspect: self = .serviceInspect(try text(.service))
    case .serviceRemove: self = .remove(call.strings(.service).map { ($0, RemoveService($0)) })
    case .migrate:
      self = .migrate(MoveReplica(try text(.service), from: call.string(.from), to: call.string(.to)))
    case .state: self = .state
    case .help: self = .help(call.strings(.topic).flatMap { $0.split(separator: " ").map(String.init) })
    case .print: self = .print(call.list(.value).map(\.text).joined(separator: " "))
    case .printError: self = .printError(call.list(.value).map(\.text).joined(separator: " "))
    case .sleep: self = .sleep(call.duration(.time) ?? 0)
    case .history: self = .history(call.int(.n))
    case .save: self = .save(try text(.file), force: call.flag(.force))
    case .source: self = .source(try text(.file))
    case .exit, .quit: self = .leave(call.int(.status) ?? 0)
    case .time:
      throw HydraError(.invalidArgument, "'time' must begin a line", remedy: "time node add")
    case .watch: throw HydraError(.internal, "'watch' is not a single operation")
    }
  }

  private static func clusterSpec(_ call: CommandCall, name: String) throws(HydraError) -> ClusterSpec {
    let spec = ClusterSpec(
      name: name, port: call.int(.port) ?? 0, proxyPort: call.int(.proxyPort) ?? 0,
      statsPort: call.int(.statsPort) ?? 0, listen: call.string(.listen) ?? "127.0.0.1",
      auth: call.string(.auth).flatMap(AccessPolicy.init(rawValue:)) ?? .token, nodes: call.int(.nodes) ?? 0)
    try HydraError.throwIfAny(spec.problems())
    return spec
  }

  private static func nodeSpec(_ call: CommandCall) throws(HydraError) -> NodeSpec {
    let spec = NodeSpec(
      cpus: call.float(.cpus), memory: call.size(.memory), labels: try call.pairs(.label))
    try HydraError.throwIfAny(spec.problems())
    return spec
  }

  private static func serviceSpec(
    _ call: CommandCall, alias: String, image: String
  ) throws(HydraError) -> ServiceSpec {
    let spec = ServiceSpec(
      alias: alias, image: image, replicas: call.int(.replicas) ?? 1, nodePort: call.int(.nodePort) ?? 0,
      servicePort: call.int(.servicePort) ?? 0, env: try call.pairs(.env), cpus: call.float(.cpus),
      memory: call.size(.memory), health: call.string(.health), traffic: traffic(call),
      command: call.strings(.command), within: call.duration(.within).map { Double($0) / 1e9 })
    try HydraError.throwIfAny(spec.problems())
    return spec
  }

  private static func traffic(_ call: CommandCall) -> ServiceTraffic {
    let standard = ServiceTraffic()
    func seconds(_ option: ParameterID) -> Double? { call.duration(option).map { Double($0) / 1e9 } }
    return ServiceTraffic(
      timeout: seconds(.timeout) ?? standard.timeout,
      tunnelTimeout: seconds(.tunnelTimeout) ?? standard.tunnelTimeout,
      healthTimeout: seconds(.healthTimeout) ?? standard.healthTimeout,
      healthHost: call.string(.healthHost) ?? standard.healthHost,
      cookiePath: call.string(.cookiePath).flatMap(ServiceTraffic.CookiePath.init) ?? standard.cookiePath)
  }

  private static func nodes(
    of call: CommandCall, doing: String, _ request: (String) -> any ClusterRequest<NodeState>
  ) -> Operation {
    .changeNodes(call.strings(.node).map { ($0, request($0)) }, doing: doing, asList: call.isPlural)
  }
}
