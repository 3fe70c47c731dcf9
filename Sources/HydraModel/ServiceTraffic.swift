/// How the proxy treats the requests of a service, and how the service is checked. Part of the body of `POST /service`, and of
/// a service's state; times are in seconds.
public struct ServiceTraffic: Sendable, Codable, Equatable {
  /// How long a replica may take to begin its response.
  public var timeout: Double
  /// How long a response or an upgraded connection (WebSocket) that has begun may be silent in both directions.
  public var tunnelTimeout: Double
  /// How long the response to a health check may take.
  public var healthTimeout: Double
  /// The `Host` header of an HTTP health check.
  public var healthHost: String
  /// What becomes of the paths of cookies.
  public var cookiePath: CookiePath

  /// What the proxy does to the `Path` of the cookies that a service sets.
  public enum CookiePath: String, Sendable, Codable, CaseIterable {
    /// It gets the service's prefix, so that no other service receives the cookie.
    case scope
    /// It stays as the service wrote it.
    case keep
  }

  /// The longest `timeout` and `tunnelTimeout`, in seconds: 24 days. HAProxy counts milliseconds in 31 bits.
  public static let longestTimeout = 24.0 * 86_400
  /// The longest `healthTimeout`, in seconds.
  public static let longestHealthTimeout = 60.0

  /// The default values.
  public init(
    timeout: Double = 60, tunnelTimeout: Double = 3600, healthTimeout: Double = 2, healthHost: String = "localhost",
    cookiePath: CookiePath = .scope
  ) {
    self.timeout = timeout
    self.tunnelTimeout = tunnelTimeout
    self.healthTimeout = healthTimeout
    self.healthHost = healthHost
    self.cookiePath = cookiePath
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case timeout
    case tunnelTimeout = "tunnel_timeout"
    case healthTimeout = "health_timeout"
    case healthHost = "health_host"
    case cookiePath = "cookie_path"
  }

  /// Decodes an object in which any of the keys may be missing, as in what older versions stored.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let standard = ServiceTraffic()
    timeout = try container.decodeIfPresent(Double.self, forKey: .timeout) ?? standard.timeout
    tunnelTimeout = try container.decodeIfPresent(Double.self, forKey: .tunnelTimeout) ?? standard.tunnelTimeout
    healthTimeout = try container.decodeIfPresent(Double.self, forKey: .healthTimeout) ?? standard.healthTimeout
    healthHost = try container.decodeIfPresent(String.self, forKey: .healthHost) ?? standard.healthHost
    cookiePath = try container.decodeIfPresent(CookiePath.self, forKey: .cookiePath) ?? standard.cookiePath
  }

  /// Encodes what differs from the default values.
  func encodeChanges(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let standard = ServiceTraffic()
    if timeout != standard.timeout { try container.encode(timeout, forKey: .timeout) }
    if tunnelTimeout != standard.tunnelTimeout { try container.encode(tunnelTimeout, forKey: .tunnelTimeout) }
    if healthTimeout != standard.healthTimeout { try container.encode(healthTimeout, forKey: .healthTimeout) }
    if healthHost != standard.healthHost { try container.encode(healthHost, forKey: .healthHost) }
    if cookiePath != standard.cookiePath { try container.encode(cookiePath, forKey: .cookiePath) }
  }

  /// The keys it adds to a body.
  public static var fields: [String] { CodingKeys.allCases.map(\.rawValue) }

  /// Everything that is wrong with it.
  func problems() -> [HydraError] {
    var found: [HydraError] = []
    func check(_ name: String, _ seconds: Double, atMost most: Double) {
      guard !(seconds >= 0.001 && seconds <= most) else { return }
      found.append(
        HydraError(.invalidArgument, "\(name) is \(seconds) s, expected at least 1 ms and at most \(Int(most)) s"))
    }
    check("timeout", timeout, atMost: ServiceTraffic.longestTimeout)
    check("tunnel timeout", tunnelTimeout, atMost: ServiceTraffic.longestTimeout)
    check("health timeout", healthTimeout, atMost: ServiceTraffic.longestHealthTimeout)
    func allowed(_ byte: UInt8) -> Bool {
      switch byte {
      // Digits, letters, - . : [ ] _
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5B, 0x5D, 0x5F: true
      default: false
      }
    }
    if healthHost.isEmpty || healthHost.utf8.count > 255 || !healthHost.utf8.allSatisfy(allowed) {
      found.append(
        HydraError(
          .invalidArgument, "health host '\(healthHost.prefix(80))' is not a host name",
          remedy: "use letters, digits, '-' and '.', with or without a port"))
    }
    return found
  }
}
