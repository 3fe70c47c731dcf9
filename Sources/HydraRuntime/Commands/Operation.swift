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
  case nodeRemove([String], force: Bool)
  case nodeKill([String], asList: Bool)
  case nodeStart([String], asList: Bool)
  case serviceAdd(ServiceSpec)
  case serviceList
  case serviceInspect(String)
  case serviceRemove([String])
  case migrate(service: String, from: String?, to: String?)
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
    func text(_ name: String) throws(HydraError) -> String {
      guard let text = call.string(name) else {
        throw HydraError(.internal, "'\(call.spec.name)' came without \(name)")
      }
      return text
    }
    switch call.spec.id {
    case .clusterStart: self = .clusterStart(try Self.clusterSpec(call, name: text("NAME")))
    case .clusterDestroy: self = .clusterDestroy(try text("NAME"))
    case .clusterList: self = .clusterList
    case .clusterInspect: self = .clusterInspect(call.string("NAME"))
    case .clusterUse: self = .clusterUse(try text("NAME"))
    case .clusterConnect: self = .clusterConnect(url: try text("URL"), token: call.string("--token"))
    case .clusterDisconnect: self = .clusterDisconnect(call.string("NAME"))
    case .nodeAdd: self = .nodeAdd(count: call.int("--count") ?? 1, asList: call.isPlural, try Self.nodeSpec(call))
    case .nodeList: self = .nodeList
    case .nodeInspect: self = .nodeInspect(try text("NODE"))
    case .nodeRemove: self = .nodeRemove(call.strings("NODE"), force: call.flag("--force"))
    case .nodeKill: self = .nodeKill(call.strings("NODE"), asList: call.isPlural)
    case .nodeStart: self = .nodeStart(call.strings("NODE"), asList: call.isPlural)
    case .serviceAdd: self = .serviceAdd(try Self.serviceSpec(call, alias: text("ALIAS"), image: text("--image")))
    case .serviceList: self = .serviceList
    case .serviceInspect: self = .serviceInspect(try text("SERVICE"))
    case .serviceRemove: self = .serviceRemove(call.strings("SERVICE"))
    case .migrate:
      self = .migrate(service: try text("SERVICE"), from: call.string("--from"), to: call.string("--to"))
    case .state: self = .state
    case .help: self = .help(call.strings("TOPIC").flatMap { $0.split(separator: " ").map(String.init) })
    case .print: self = .print(call.list("VALUE").map(\.text).joined(separator: " "))
    case .printError: self = .printError(call.list("VALUE").map(\.text).joined(separator: " "))
    case .sleep: self = .sleep(call.duration("TIME") ?? 0)
    case .history: self = .history(call.int("N"))
    case .save: self = .save(try text("FILE"), force: call.flag("--force"))
    case .source: self = .source(try text("FILE"))
    case .exit, .quit: self = .leave(call.int("STATUS") ?? 0)
    case .time:
      throw HydraError(.invalidArgument, "'time' must begin a line", remedy: "time node add")
    case .watch: throw HydraError(.internal, "'watch' is not a single operation")
    }
  }

  private static func clusterSpec(_ call: CommandCall, name: String) throws(HydraError) -> ClusterSpec {
    let spec = ClusterSpec(
      name: name, port: call.int("--port") ?? 0, proxyPort: call.int("--proxy-port") ?? 0,
      statsPort: call.int("--stats-port") ?? 0, listen: call.string("--listen") ?? "127.0.0.1",
      auth: call.string("--auth").flatMap(AccessPolicy.init(rawValue:)) ?? .token, nodes: call.int("--nodes") ?? 0)
    try check(spec.problems())
    return spec
  }

  private static func nodeSpec(_ call: CommandCall) throws(HydraError) -> NodeSpec {
    let spec = NodeSpec(
      cpus: call.float("--cpus"), memory: call.size("--memory"), labels: try call.pairs("--label"))
    try check(spec.problems())
    return spec
  }

  private static func serviceSpec(
    _ call: CommandCall, alias: String, image: String
  ) throws(HydraError) -> ServiceSpec {
    let spec = ServiceSpec(
      alias: alias, image: image, replicas: call.int("--replicas") ?? 1, nodePort: call.int("--node-port") ?? 0,
      servicePort: call.int("--service-port") ?? 0, env: try call.pairs("--env"), cpus: call.float("--cpus"),
      memory: call.size("--memory"), health: call.string("--health"), traffic: traffic(call),
      command: call.strings("COMMAND"), within: call.duration("--within").map { Double($0) / 1e9 })
    try check(spec.problems())
    return spec
  }

  private static func traffic(_ call: CommandCall) -> ServiceTraffic {
    let standard = ServiceTraffic()
    func seconds(_ option: String) -> Double? { call.duration(option).map { Double($0) / 1e9 } }
    return ServiceTraffic(
      timeout: seconds("--timeout") ?? standard.timeout,
      tunnelTimeout: seconds("--tunnel-timeout") ?? standard.tunnelTimeout,
      healthTimeout: seconds("--health-timeout") ?? standard.healthTimeout,
      healthHost: call.string("--health-host") ?? standard.healthHost,
      cookiePath: call.string("--cookie-path").flatMap(ServiceTraffic.CookiePath.init) ?? standard.cookiePath)
  }

  /// All problems as one error, so that none has to be found by trying again.
  private static func check(_ problems: [HydraError]) throws(HydraError) {
    guard let first = problems.first else { return }
    guard problems.count > 1 else { throw first }
    throw HydraError(
      first.code, problems.map(\.message).joined(separator: "; "),
      remedy: problems.compactMap(\.remedy).first)
  }
}
