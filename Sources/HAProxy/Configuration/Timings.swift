extension ProxyConfiguration {
  /// Time limits. With the default values no request was lost when one of two servers was killed under keep-alive
  /// clients; HAProxy's own defaults lost some and stalled others for 3 s.
  public struct Timeouts: Sendable, Equatable {
    /// For a server to accept a connection. Servers are one network hop away; a dead container does not even refuse.
    public var connect: Duration = .milliseconds(200)
    /// For a client to continue with a request body, or to accept more of a response.
    public var client: Duration = .seconds(60)
    /// For a server to begin its response, unless a backend has its own ``Backend/responseTimeout``.
    public var server: Duration = .seconds(60)
    /// For the headers of a request to be complete.
    public var request: Duration = .seconds(10)
    /// For the next request on a connection.
    public var keepAlive: Duration = .seconds(60)
    /// For a server to become available, before the request is refused with 503.
    public var queue: Duration = .seconds(5)
    /// For more data once a response or an upgraded connection (WebSocket) has begun, unless a backend has its own
    /// ``Backend/tunnelTimeout``. HAProxy before 3.0 applies it to upgraded connections only.
    public var tunnel: Duration = .seconds(3600)

    /// The default values.
    public init() {}

    /// The longest time HAProxy accepts: it counts milliseconds in 31 bits, 24.8 days.
    static let longest: Duration = .seconds(24 * 86_400)
  }

  /// How servers are checked.
  public struct Checks: Sendable, Equatable {
    /// Between checks of a server that is well.
    public var interval: Duration = .milliseconds(500)
    /// Between checks while it changes.
    public var fastInterval: Duration = .milliseconds(100)
    /// Between checks of a server that is down.
    public var downInterval: Duration = .milliseconds(200)
    /// For the response to a check, unless a backend has its own ``HealthCheck/timeout``. With 300 ms a replica that was
    /// busy with one request of 1 s was taken out, and 129 of 341 requests were refused.
    public var timeout: Duration = .seconds(2)
    /// Failed checks until a server is down.
    public var fall = 2
    /// Passed checks until it is up again.
    public var rise = 2
    /// Failed connections of real requests until it is checked at once.
    public var errorLimit = 3

    /// The default values.
    public init() {}
  }

  /// Limits of what passes through, in bytes unless noted.
  public struct Sizes: Sendable, Equatable {
    /// The headers of a request or of a response, and the URL of a request: 32 KiB for one long field and 1 KiB for the
    /// usual others. What exceeds it is refused with a response that states size and limit.
    public var headers = 33 * 1024
    /// One of HAProxy's buffers. What does not fit is refused without a chance to state its size, so that it is far
    /// larger than the headers may be.
    public var buffer = 128 * 1024
    /// The part of a buffer that is kept free for the headers the proxy adds.
    public var reserve = 4 * 1024
    /// The number of header fields.
    public var headerFields = 256

    /// The default values.
    public init() {}
  }
}

extension Duration {
  /// Whole milliseconds, at least 1, as HAProxy writes it.
  var haproxy: String { "\(max(1, milliseconds))ms" }
}
