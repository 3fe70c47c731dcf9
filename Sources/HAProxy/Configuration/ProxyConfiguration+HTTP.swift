/// What the proxy does to requests and responses on their way.
extension ProxyConfiguration {
  /// What is refused before it reaches a service, and responses that are too long to pass.
  var admission: [String] {
    [
      "http-request return status 405 content-type text/plain string \"TRACE is not allowed\\n\" if { method TRACE }",
      refusal("request", 431, of: "the request headers are", "req.hdrs,length"),
      refusal("request", 414, of: "the request URL is", "url,length"),
      // The headers of a response are gone once a rule replaces it.
      "http-response set-var(txn.headers) res.hdrs,length",
      refusal("response", 502, of: "the response headers of the service are", "var(txn.headers)"),
    ]
  }

  private func refusal(_ side: String, _ status: Int, of subject: String, _ length: String) -> String {
    "http-\(side) return status \(status) content-type text/plain "
      + "lf-string \"\(subject) %[\(length)] bytes long; at most \(sizes.headers) are allowed\\n\" "
      + "if { \(length) -m int gt \(sizes.headers) }"
  }

  /// Where a request came from, as the proxy saw it: what the client claims is not passed on.
  var forwarding: [String] {
    [
      "http-request set-var(txn.host) req.hdr(Host),lower",
      "http-request del-header X-Forwarded- -m beg",
      "http-request del-header Forwarded",
      "http-request del-header X-Real-IP",
      "http-request set-header X-Forwarded-For %[src]",
      "http-request set-header X-Forwarded-Host %[req.hdr(Host)] if { req.hdr(Host) -m found }",
      "http-request set-header X-Forwarded-Proto http",
    ]
  }

  /// Takes the prefix off the path of a request, and puts it in front of the paths of its response: in `Location` when it
  /// is a path or names the host that was asked, and in the paths of cookies. A path that has the prefix already, because
  /// the service follows `X-Forwarded-Prefix`, stays as it is.
  func prefixing(_ name: String, _ backend: Backend) -> [String] {
    // `.` is the only character of a name that means something in a regular expression.
    let pattern = name.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "\\.")
    let begun = "(?!\(pattern)(?:[/?#]|$))"
    var lines = ["http-request set-header X-Forwarded-Prefix /\(name)"]
    if backend.scopesCookies { lines.append("http-request set-var(txn.bare) bool(true) if { path /\(name) }") }
    lines += [
      "http-request replace-path ^/[^/]+/?(.*)$ /\\1",
      // `//host/path` is another host's.
      "http-response replace-header Location '^/(?!/)\(begun)(.*)$' '/\(name)/\\1'",
      "http-response replace-header Location '(?i)^(https?://[^/]*)(?:/\(begun)(.*))?$' '\\1/\(name)/\\2' "
        + "if { res.hdr(Location),field(3,/),lower,strcmp(txn.host) eq 0 }",
    ]
    guard backend.scopesCookies else { return lines }
    // A browser refuses a cookie whose name begins with `__Host-` unless its path is `/`.
    let cookie = "http-response replace-header Set-Cookie '(?i)^(?!__Host-)"
    return lines + [
      // Without a trailing slash, so that `/name` itself gets the cookie as well.
      cookie + "(.*;\\s*path\\s*=\\s*)/\\s*(;.*)?$' '\\1/\(name)\\2'",
      cookie + "(.*;\\s*path\\s*=\\s*)/(?!\(pattern)(?:[/;\\s]|$))(.*)$' '\\1/\(name)/\\2'",
      // Without a path a cookie is for the folder of what was requested, which for `/name` is everything.
      cookie + "(?!.*;\\s*path\\s*=\\s*/)(.*)$' '\\1; Path=/\(name)' if { var(txn.bare) -m bool }",
    ]
  }

  /// How long the servers of `backend` may be silent.
  func limits(of backend: Backend) -> [String] {
    let tunnel = (backend.tunnelTimeout ?? timeouts.tunnel).haproxy
    var lines: [String] = []
    if let limit = backend.responseTimeout { lines.append("timeout server \(limit.haproxy)") }
    if backend.tunnelTimeout != nil { lines.append("timeout tunnel \(tunnel)") }
    if let limit = backend.health.timeout { lines.append("timeout check \(limit.haproxy)") }
    // A response that has begun may be silent for as long as a WebSocket. HAProxy 2 knows one limit for both.
    return lines + [".if version_atleast(3.0)", "http-response set-timeout server \(tunnel)", ".endif"]
  }

  /// What clients read when the service gives no response.
  func errors(of name: String, _ backend: Backend) -> [String] {
    let limit = (backend.responseTimeout ?? timeouts.server).readable
    return [
      error(
        502,
        "service \(name) closed the connection without a complete response, "
          + "or its response headers are invalid or longer than \(sizes.buffer - sizes.reserve) bytes"),
      error(503, "no server of service \(name) is up") + " hdr Retry-After 1",
      error(504, "service \(name) did not begin its response within \(limit)"),
    ]
  }

  private func error(_ status: Int, _ text: String) -> String {
    "http-error status \(status) content-type text/plain string \"\(text)\\n\""
  }
}

extension Duration {
  /// Milliseconds, rounded down.
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }

  /// `60 s`, `250 ms`.
  var readable: String {
    milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
  }
}
