public import HydraModel

/// Where a cluster in memory says that it is reached.
public struct ClusterLinks: Sendable {
  /// Its API.
  public let api: APILinks
  /// Its proxy.
  public let proxy: ProxyLinks
  /// Base of the API.
  public var base: String { String(api.state.dropLast("/state".count)) }

  /// These links.
  public init(api: APILinks, proxy: ProxyLinks) {
    self.api = api
    self.proxy = proxy
  }

  /// The links of a cluster with the default ports.
  public init() {
    self.init(
      api: APILinks(base: "http://localhost:4000"),
      proxy: ProxyLinks(endpoint: "http://localhost:8888", stats: "http://localhost:9999/stats"))
  }

  /// The links that a cluster with this specification would get. Which port replaces 0 shows only when it starts.
  public init(_ spec: ClusterSpec) {
    func url(_ port: Int) -> String {
      "http://\(spec.publishedHost):\(Self.port(port))"
    }
    self.init(
      api: APILinks(base: url(spec.port)),
      proxy: ProxyLinks(endpoint: url(spec.proxyPort), stats: url(spec.statsPort) + "/stats"))
  }

  /// A port as a plan shows it.
  static func port(_ port: Int) -> String { port == 0 ? "<free port>" : String(port) }
}
