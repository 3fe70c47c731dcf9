extension ProxyConfiguration {
  /// How long to wait for what. The values that are set unless told lost no request when one of two servers was killed
  /// under keep-alive clients; HAProxy's own lost some and stalled others for 3 s.
  public struct Timeouts: Sendable, Equatable {
    /// For a server to accept a connection. Servers are one network hop away; a dead container does not even refuse.
    public var connect: Duration = .milliseconds(200)
    /// For a client to send or take data.
    public var client: Duration = .seconds(60)
    /// For a server to send or take data.
    public var server: Duration = .seconds(60)
    /// For the headers of a request to be complete.
    public var request: Duration = .seconds(10)
    /// For the next request on a connection.
    public var keepAlive: Duration = .seconds(60)
    /// For a free connection to a server that has as many as it may.
    public var queue: Duration = .seconds(10)
    /// For data in either direction of an upgraded connection (WebSocket).
    public var tunnel: Duration = .seconds(3600)

    /// The values that were measured.
    public init() {}
  }

  /// How servers are watched. Measured: a hung server is out after 1.0 s, a killed one loses no request.
  public struct Checks: Sendable, Equatable {
    /// Between checks of a server that is well.
    public var interval: Duration = .milliseconds(500)
    /// Between checks while it changes.
    public var fastInterval: Duration = .milliseconds(100)
    /// Between checks of a server that is down.
    public var downInterval: Duration = .milliseconds(200)
    /// For the answer to a check.
    public var timeout: Duration = .milliseconds(300)
    /// Failed checks until a server is down.
    public var fall = 2
    /// Passed checks until it is up again.
    public var rise = 2
    /// Failed connections of real requests until it is checked at once.
    public var errorLimit = 3

    /// The values that were measured.
    public init() {}
  }
}

extension Duration {
  /// Whole milliseconds, at least 1, as HAProxy writes it.
  var haproxy: String {
    let (seconds, attoseconds) = components
    return "\(max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000))ms"
  }
}
