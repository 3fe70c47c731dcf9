import HTTPTypes
import HydraModel

/// Which names the API may be addressed by.
///
/// A page in a browser can have its own name resolve to a loopback address (DNS rebinding) and then talk to the API as
/// its own origin; its `Host` header gives it away. A page can also send a request to another origin without reading the
/// answer; its `Origin` header gives that away.
struct HostPolicy: Sendable {
  private let allowed: Set<String>

  /// Allows the names of this machine itself and those in `hosts`.
  init(hosts: [String]) {
    allowed = Set(["localhost", "127.0.0.1", "0.0.0.0", "[::1]"] + hosts.map(HostPolicy.normalise))
  }

  /// Throws `forbidden` for a request that comes from where none may come.
  func check(_ request: HTTPRequest) throws(HydraError) {
    guard let authority = request.authority, !authority.isEmpty else {
      throw HydraError(.forbidden, "the request has no Host header")
    }
    guard let host = HostPolicy.host(of: authority), allowed.contains(host) else {
      throw HydraError(
        .forbidden, "host '\(authority.prefix(80))' is not a name of this cluster",
        remedy: "use localhost, or the address that was given to 'cluster start --listen'")
    }
    if let origin = request.headerFields[.origin] {
      guard origin == "http://\(authority)" || origin == "https://\(authority)" else {
        throw HydraError(.forbidden, "requests from pages of '\(origin.prefix(80))' are refused")
      }
    }
    // Browsers that leave out Origin still tell whether a page of another site sent the request.
    if let name = HostPolicy.fetchSite, let site = request.headerFields[name], site != "same-origin", site != "none" {
      throw HydraError(.forbidden, "requests from pages of another site are refused")
    }
  }

  private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")

  /// The host of `authority` without its port; nil when that is not a port.
  static func host(of authority: String) -> String? {
    let hostEnd: String.Index
    if authority.hasPrefix("[") {
      guard let bracket = authority.firstIndex(of: "]") else { return nil }
      hostEnd = authority.index(after: bracket)
    } else {
      hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
    }
    let port = authority[hostEnd...]
    guard port.isEmpty || (port.hasPrefix(":") && UInt16(port.dropFirst()) != nil) else { return nil }
    return normalise(String(authority[..<hostEnd]))
  }

  private static func normalise(_ host: String) -> String {
    let lower = host.lowercased()
    return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
  }
}
