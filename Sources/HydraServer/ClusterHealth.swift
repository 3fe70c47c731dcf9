public import HydraModel

/// Tells how the components behind the API are.
public protocol ClusterHealth: Sendable {
  /// Asks every component; never throws, what is wrong is part of the report.
  func health() async -> HealthReport
}

/// The answer of `GET /healthz`.
public struct HealthReport: Sendable, Codable, Equatable {
  /// Whether everything is well.
  public var status: Status
  /// The components.
  public var components: Components

  /// A report on these components; the status follows from them.
  public init(data: Component, proxy: Component, engine: Component) {
    components = Components(data: data, proxy: proxy, engine: engine)
    status = data.ok && proxy.ok && engine.ok ? .ok : .degraded
  }

  /// A report in which a component is well unless there is an error for it.
  public init(data: HydraError?, proxy: HydraError?, engine: HydraError?) {
    self.init(data: Component(data), proxy: Component(proxy), engine: Component(engine))
  }

  /// Whether everything is well.
  public enum Status: String, Sendable, Codable { case ok, degraded }

  /// The components that the API depends on.
  public struct Components: Sendable, Codable, Equatable {
    /// The store of the desired state.
    public var data: Component
    /// The load balancer.
    public var proxy: Component
    /// The engine of the host.
    public var engine: Component

    var unwell: [(name: String, message: String)] {
      [("data", data), ("proxy", proxy), ("engine", engine)]
        .filter { !$0.1.ok }
        .map { ($0.0, $0.1.message ?? "not ok") }
    }
  }

  /// How a component is.
  public struct Component: Sendable, Codable, Equatable {
    /// Whether it works.
    public var ok: Bool
    /// What is wrong; nil when it works.
    public var message: String?

    /// A component that works, or does not because of `message`.
    public init(ok: Bool, message: String? = nil) {
      self.ok = ok
      self.message = message
    }

    /// A component that works unless there is an `error`.
    public init(_ error: HydraError?) {
      self.init(ok: error == nil, message: error?.message)
    }
  }
}
