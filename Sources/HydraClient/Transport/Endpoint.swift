import FoundationEssentials
import HydraModel

/// The base URL of an API, checked.
struct Endpoint: Sendable, Equatable {
  /// As given, without a slash at its end.
  let base: String
  /// What requests go to: `localhost` is 127.0.0.1, where clusters are published, and never what a resolver makes of it.
  /// On `::1` another program may listen on the same port, and would be given the token.
  private let address: String

  /// Throws `invalid_argument` unless `url` is `http://HOST[:PORT][/PATH]`.
  init(_ url: String) throws(HydraError) {
    func refused(_ why: String) -> HydraError {
      // What stands before an "@" may be a password.
      let shown = url.lastIndex(of: "@").map { "…" + url[$0...] } ?? url
      return HydraError(
        .invalidArgument, "'\(shown.prefix(200))' is not the URL of an API: \(why)",
        remedy: "expected a URL such as http://localhost:4000")
    }
    guard let parts = URL(string: url), let scheme = parts.scheme?.lowercased() else {
      throw refused("it has no scheme")
    }
    guard scheme == "http" || scheme == "https" else {
      throw refused("its scheme is '\(scheme)', expected http or https")
    }
    guard let host = parts.host(), !host.isEmpty else { throw refused("it has no host") }
    guard parts.user() == nil, parts.password() == nil else { throw refused("it has a user") }
    guard parts.query() == nil, parts.fragment() == nil else { throw refused("it has a query") }
    if let port = parts.port, !(1...65535).contains(port) { throw refused("its port is \(port), expected 1 to 65535") }
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw refused("it has blanks or characters beyond ASCII")
    }
    var base = url
    while base.hasSuffix("/") { base.removeLast() }
    self.base = base
    address =
      host.lowercased() == "localhost" ? base.replacing("//\(host)", with: "//127.0.0.1", maxReplacements: 1) : base
  }

  /// The URL of the resource at `segments`, which are encoded, with `query`.
  func url(_ segments: [String], query: [(String, String)] = []) -> String {
    let path = segments.map { "/" + Endpoint.encode($0) }.joined()
    let query = query.map { "\($0)=\(Endpoint.encode($1))" }.joined(separator: "&")
    return address + path + (query.isEmpty ? "" : "?" + query)
  }

  /// Percent-encodes all but the unreserved characters of RFC 3986.
  private static func encode(_ text: String) -> String {
    let hexadecimal = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        encoded.append(byte)
      default:
        encoded += [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 0xF)]]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}
