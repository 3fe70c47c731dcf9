extension ProxyConfiguration {
  /// The configuration as HAProxy (2.6 and later) reads it. The same value gives the same text, whatever the order of
  /// its backends and servers. Throws ``HAProxyError`` with the reason `invalid`.
  public func render() throws(HAProxyError) -> String {
    try validate()
    return text(description: "configuration \(fingerprint)", withServers: true)
  }

  /// Stands for all that the runtime API can't change: everything but the servers. The running HAProxy shows it as
  /// its `description`, which tells whether it runs this configuration, whatever happened to it meanwhile.
  public var fingerprint: String {
    // FNV-1a, 64 bits: to notice changes, not to withstand an adversary.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text(description: "", withServers: false).utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private func text(description: String, withServers: Bool) -> String {
    let names = backends.keys.sorted()
    var text = "# Generated: changes to this file are overwritten.\n"
    text += globalSection(description) + defaultsSection + servicesSection(names) + statisticsSection
    for name in names {
      if let backend = backends[name] { text += backendSection(name, backend, withServers: withServers) }
    }
    return text
  }

  private func globalSection(_ description: String) -> String {
    section(
      "global",
      [
        "description \"\(description)\"",
        "stats socket '\(adminSocket)' mode 600 level admin expose-fd listeners",
        "maxconn \(maxConnections)",
        // Fewer file descriptors than requested are a warning, not a failure.
        "no strict-limits",
        "hard-stop-after \(hardStopAfter.haproxy)",
        "mworker-max-reloads \(maxOldWorkers)",
        "tune.bufsize \(sizes.buffer)",
        "tune.maxrewrite \(sizes.reserve)",
        "tune.http.maxhdr \(sizes.headerFields)",
        waitScript.map { "lua-load-per-thread '\($0)'" },
        runAs.map { "user \($0.user)" }, runAs.map { "group \($0.group)" },
      ])
  }

  private var defaultsSection: String {
    section(
      "defaults",
      [
        "mode http",
        "balance roundrobin",
        // Without it keep-alive clients lose requests when the worker is replaced.
        "option idle-close-on-response",
        "option redispatch 1",
        // A peer that vanished is noticed long before a silent WebSocket reaches its timeout.
        "option clitcpka",
        "clitcpka-idle 60s",
        "option srvtcpka",
        "srvtcpka-idle 60s",
        "retries 3",
        // A response of the service is delivered as it is, and a slow request is not sent again: only what was never
        // received is sent once more. `empty-response` is limited to safe methods by `disable-l7-retry`.
        "retry-on conn-failure empty-response",
        "timeout connect \(timeouts.connect.haproxy)",
        "timeout client \(timeouts.client.haproxy)",
        "timeout server \(timeouts.server.haproxy)",
        "timeout http-request \(timeouts.request.haproxy)",
        "timeout http-keep-alive \(timeouts.keepAlive.haproxy)",
        "timeout queue \(timeouts.queue.haproxy)",
        "timeout tunnel \(timeouts.tunnel.haproxy)",
        "timeout check \(checks.timeout.haproxy)",
      ])
  }

  private func servicesSection(_ names: [String]) -> String {
    let list = ProxyConfiguration.list(of: names)
    let root = names.isEmpty ? "404" : "200"
    return section(
      "frontend services",
      ["bind \(bind(services))"] + admission
        + [
          "http-request disable-l7-retry if !{ method GET HEAD OPTIONS }",
          "http-request return status \(root) content-type text/plain string \"\(list)\" if { path / }",
        ] + forwarding + [
          // A name that no backend has leads to the default one. The pattern keeps requests from HAProxy's own backends
          // (`<HTTPCLIENT>`).
          "use_backend %[path,field(2,/)] if { path,field(2,/) -m reg \(Names.pattern) }",
          "default_backend _unknown",
        ])
      + section(
        "backend _unknown",
        [
          "http-request return status 404 content-type text/plain "
            + "string \"no service of this name; / lists the services\\n\""
        ])
  }

  private var statisticsSection: String {
    section(
      "frontend statistics",
      [
        "bind \(bind(statistics.listener))",
        "stats enable",
        "stats uri '\(statistics.path)'",
        "stats refresh 2s",
        "stats hide-version",
        "stats auth '\(statistics.user):\(statistics.password)'",
        statistics.path == "/" ? nil : "http-request redirect location '\(statistics.path)' if { path / }",
      ])
  }

  private func backendSection(_ name: String, _ backend: Backend, withServers: Bool) -> String {
    var lines: [String?] = errors(of: name, backend)
    if waitScript != nil {
      lines.append("http-request lua.wait_for_server \(timeouts.queue.milliseconds) if { nbsrv eq 0 }")
    }
    lines += prefixing(name, backend)
    lines += limits(of: backend)
    if let path = backend.health.path {
      lines.append("option httpchk")
      lines.append("http-check send meth GET uri '\(path)' ver HTTP/1.1 hdr Host \(backend.health.host)")
      lines.append("http-check expect status 200-399")
    }
    // What a server is checked by stands in every server's line. It is part of the fingerprint as a comment.
    lines.append("# servers: \(parameters(of: backend))")
    if withServers {
      for (key, server) in backend.servers.sorted(by: { $0.key < $1.key }) {
        // The file has no word for draining: that is set at run time.
        let state = server.state == .maintenance ? " disabled" : ""
        lines.append("server \(key) \(endpoint(server)) \(parameters(of: backend))\(state)")
      }
    }
    return section("backend \(name)", lines)
  }

  private func bind(_ listener: Listener) -> String {
    "\(listener.address.map(ProxyConfiguration.bracketed) ?? "*"):\(listener.port)"
  }

  private func section(_ title: String, _ lines: [String?]) -> String {
    "\n\(title)\n" + lines.compactMap { $0.map { "  \($0)\n" } }.joined()
  }

  /// A response has to fit into one of HAProxy's buffers, so a long list is cut.
  private static func list(of names: [String]) -> String {
    guard !names.isEmpty else { return "no services yet\\n" }
    var text = "services:\\n"
    for (index, name) in names.enumerated() {
      guard text.utf8.count < 8192 else { return text + "and \(names.count - index) more\\n" }
      text += "/\(name)\\n"
    }
    return text
  }
}

extension ProxyConfiguration {
  /// What follows a server's address in the file and in `add server`, which does not take over `default-server`.
  func parameters(of backend: Backend) -> String {
    var words = "check inter \(checks.interval.haproxy) fastinter \(checks.fastInterval.haproxy)"
    words += " downinter \(checks.downInterval.haproxy) fall \(checks.fall) rise \(checks.rise)"
    // `on-error mark-down` took healthy servers out with a single one's errors.
    words += " observe layer4 error-limit \(checks.errorLimit) on-error fastinter"
    // A server can't be removed while idle connections to it are kept, by default for 5 s.
    words += " pool-purge-delay 1s"
    return words + (backend.maxConnectionsPerServer.map { " maxconn \($0)" } ?? "")
  }

  private func endpoint(_ server: Server) -> String { ProxyConfiguration.endpoint(server.address, server.port) }

  static func endpoint(_ address: String, _ port: Int) -> String {
    "\(bracketed(Names.canonicalAddress(address) ?? address)):\(port)"
  }

  private static func bracketed(_ address: String) -> String { address.utf8.contains(0x3A) ? "[\(address)]" : address }
}
