extension ProxyConfiguration {
  /// How servers are watched. Dynamic servers do not inherit `default-server`, so `add server` says it again.
  ///
  /// `on-error fastinter` and not `mark-down`: with that one failing client takes a healthy server out.
  static let serverOptions =
    "check inter 500ms fastinter 100ms downinter 200ms fall 2 rise 2 observe layer4 error-limit 3 on-error fastinter"

  /// The configuration file. Equal configurations give equal text.
  public func render() -> String {
    (head + frontend + backends.keys.sorted().flatMap(backend)).joined(separator: "\n") + "\n"
  }

  /// The file without its servers: while this stays the same, the runtime API can do everything without a reload.
  public var shape: String {
    var bare = self
    for name in backends.keys { bare.backends[name]?.servers = [:] }
    return bare.render()
  }

  private var head: [String] {
    [
      "# Written by hydra; changes are overwritten.",
      "global",
      "  stats socket \(adminSocket) mode 600 level admin expose-fd listeners",
      "  hard-stop-after 30s",
      "",
      "defaults",
      "  mode http",
      "  # Keep-alive clients lose no request when a reload ends the old worker.",
      "  option idle-close-on-response",
      "  option forwardfor",
      "  # A request whose server just died is sent to another one.",
      "  option redispatch 1",
      "  retries 3",
      "  retry-on all-retryable-errors",
      "  timeout connect 200ms",
      "  timeout check 300ms",
      "  timeout queue 5s",
      "  timeout http-request 10s",
      "  timeout http-keep-alive 60s",
      "  timeout client 60s",
      "  timeout server 60s",
      "  timeout tunnel 1h",
      "  default-server \(ProxyConfiguration.serverOptions)",
      "",
    ]
  }

  private var frontend: [String] {
    let names = backends.keys.sorted()
    var lines = ["frontend _services", "  bind :\(servicePort)"]
    // Names on several lines: HAProxy takes at most 64 words a line.
    for start in stride(from: 0, to: names.count, by: 40) {
      let some = names[start..<min(start + 40, names.count)].joined(separator: " ")
      lines.append("  acl known path,field(2,/) -m str \(some)")
    }
    let none = #"string "no service is deployed\n""#
    let hint = #"string "no such service: the first element of the path names one\n""#
    lines.append("  # A POST may have been executed before its server died: it is not sent twice.")
    lines.append("  http-request disable-l7-retry if METH_POST")
    let condition = names.isEmpty ? "" : " if !known"
    lines.append(
      "  http-request return status 404 content-type text/plain \(names.isEmpty ? none : hint)\(condition)")
    if !names.isEmpty { lines.append("  use_backend %[path,field(2,/)]") }
    return lines + [
      "",
      "frontend _stats",
      "  bind :\(statsPort)",
      "  http-request redirect location /stats if { path / }",
      "  stats enable",
      "  stats uri /stats",
      "  stats refresh 5s",
      "  stats auth \(statsUser):\(statsPassword)",
    ]
  }

  private func backend(_ name: String) -> [String] {
    guard let backend = backends[name] else { return [] }
    var lines = [
      "",
      "backend \(name)",
      "  balance roundrobin",
      #"  http-request return status 503 content-type text/plain hdr Retry-After 1 string "no replica of this service answers\n" if { nbsrv(\#(name)) eq 0 }"#,
      #"  http-request replace-path ^/[^/]+/?(.*)$ /\1"#,
    ]
    if let path = backend.healthPath { lines.append("  option httpchk GET \(path)") }
    for server in backend.servers.keys.sorted() {
      guard let place = backend.servers[server] else { continue }
      lines.append("  server \(server) \(place.address):\(place.port)")
    }
    return lines
  }
}
