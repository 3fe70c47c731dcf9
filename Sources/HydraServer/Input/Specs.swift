import HydraModel

extension NodeSpec {
  /// The specification in the body of `POST /node`.
  static func read(_ body: [UInt8]) throws(HydraError) -> NodeSpec {
    var reader = try ObjectReader(body, fields: NodeSpec.fields)
    let spec = NodeSpec(
      cpus: reader.number("cpus"), memory: reader.integer64("memory"), labels: reader.stringMap("labels") ?? [:])
    try reader.finish(spec.problems())
    return spec
  }
}

extension ServiceSpec {
  /// The specification in the body of `POST /service`.
  static func read(_ body: [UInt8]) throws(HydraError) -> ServiceSpec {
    var reader = try ObjectReader(
      body, fields: ServiceSpec.fields, required: ["alias", "image", "node_port", "service_port"])
    // The fallbacks are valid, so that a missing field is not reported twice.
    let spec = ServiceSpec(
      alias: reader.string("alias", fallback: "alias"), image: reader.string("image", fallback: "image"),
      replicas: reader.integer("replicas") ?? 1, nodePort: reader.integer("node_port", fallback: 1),
      servicePort: reader.integer("service_port", fallback: 1), env: reader.stringMap("env") ?? [:],
      cpus: reader.number("cpus"), memory: reader.integer64("memory"), health: reader.string("health"),
      traffic: ServiceTraffic.read(&reader), command: reader.strings("command") ?? [],
      within: reader.number("within"))
    try reader.finish(spec.problems())
    return spec
  }
}

extension ServiceTraffic {
  fileprivate static func read(_ reader: inout ObjectReader) -> ServiceTraffic {
    let standard = ServiceTraffic()
    return ServiceTraffic(
      timeout: reader.number("timeout") ?? standard.timeout,
      tunnelTimeout: reader.number("tunnel_timeout") ?? standard.tunnelTimeout,
      healthTimeout: reader.number("health_timeout") ?? standard.healthTimeout,
      healthHost: reader.string("health_host") ?? standard.healthHost,
      cookiePath: reader.choice("cookie_path") ?? standard.cookiePath)
  }
}

/// The body of `POST /services/{alias}/migrate`.
struct MigrationRequest: Sendable {
  var from: String?
  var to: String?

  static func read(_ body: [UInt8]) throws(HydraError) -> MigrationRequest {
    var reader = try ObjectReader(body, fields: ["from", "to"])
    let request = MigrationRequest(from: reader.string("from"), to: reader.string("to"))
    var problems: [HydraError] = []
    for (name, node) in [("from", request.from), ("to", request.to)] where node?.isEmpty == true {
      problems.append(HydraError(.invalidArgument, "field '\(name)' is empty, expected the name of a node"))
    }
    if let from = request.from, !from.isEmpty, from == request.to {
      problems.append(HydraError(.invalidArgument, "'from' and 'to' are both '\(from)'"))
    }
    try reader.finish(problems)
    return request
  }
}
