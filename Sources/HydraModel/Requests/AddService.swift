/// Deploys a service; done when every replica is reached through the proxy. A deployment that fails is rolled back.
public struct AddService: ClusterRequest {
  public typealias Answer = ServiceState
  public static let name = "service.add"
  public static let endpoint = RequestEndpoint(
    .post, "/service", "deploy a service: alias, image, node_port, service_port, …")
  public static let patience = RequestPatience.deployment
  public static let news: [ClusterEvent.Kind] = [.serviceHealthy]

  /// The service as requested.
  public var spec: ServiceSpec

  /// Deploys `spec`.
  public init(_ spec: ServiceSpec) { self.spec = spec }

  public init(fields: inout some RequestFields) {
    let standard = ServiceTraffic()
    // The fallbacks are valid, so that a missing field is not reported twice.
    spec = ServiceSpec(
      alias: fields.string("alias", fallback: "alias"), image: fields.string("image", fallback: "image"),
      replicas: fields.integer("replicas", Int.self) ?? 1, nodePort: fields.integer("node_port", fallback: 1),
      servicePort: fields.integer("service_port", fallback: 1), env: fields.stringMap("env") ?? [:],
      cpus: fields.number("cpus"), memory: fields.integer("memory", Int64.self), health: fields.string("health"),
      traffic: ServiceTraffic(
        timeout: fields.number("timeout") ?? standard.timeout,
        tunnelTimeout: fields.number("tunnel_timeout") ?? standard.tunnelTimeout,
        healthTimeout: fields.number("health_timeout") ?? standard.healthTimeout,
        healthHost: fields.string("health_host") ?? standard.healthHost,
        cookiePath: fields.choice("cookie_path", ServiceTraffic.CookiePath.self) ?? standard.cookiePath),
      command: fields.strings("command") ?? [], within: fields.number("within"))
  }

  public func problems() -> [HydraError] { spec.problems() }
  public var body: (any Encodable)? { spec }
  public var within: Double? { spec.within }

  public var redacted: AddService {
    var request = self
    request.spec.env = spec.env.mapValues { _ in "…" }
    return request
  }
}
