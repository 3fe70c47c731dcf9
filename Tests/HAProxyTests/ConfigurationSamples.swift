import Foundation
import HAProxy

/// Configurations that several tests look at.
enum Sample {
  /// The script that the proxy's image holds.
  static let waitScript = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../images/proxy/wait.lua").standardized.path

  static let none = ProxyConfiguration(adminSocket: "/run/proxy/admin.sock")

  static let one = ProxyConfiguration(
    adminSocket: "/run/proxy/admin.sock",
    backends: [
      "hello1": .init(servers: ["node-1": .init(address: "172.18.0.5", port: 8001)])
    ])

  static var many: ProxyConfiguration {
    var configuration = ProxyConfiguration(
      adminSocket: "/run/proxy/admin.sock",
      services: .init(address: "127.0.0.1", port: 18888),
      statistics: .init(
        listener: .init(address: "::1", port: 19999), path: "/", user: "admin", password: "p#s\"w$rd\\%"),
      backends: [
        "web": .init(
          health: .init(path: "/healthz?deep=1&x='".replacingQuote, host: "web.example:8080", timeout: .seconds(5)),
          responseTimeout: .seconds(300), tunnelTimeout: .milliseconds(1500), scopesCookies: false,
          maxConnectionsPerServer: 50,
          servers: [
            "node-2": .init(address: "172.18.0.6", port: 8002, state: .maintenance),
            "node-10": .init(address: "172.18.0.14", port: 8002, state: .drain),
            "node-1": .init(address: "fd00:0:0::5", port: 8002),
          ]),
        "Api_v1.2": .init(),
        "hello1": .init(servers: ["node-1": .init(address: "172.18.0.5", port: 8001)]),
      ])
    configuration.runAs = .init(user: "haproxy", group: "haproxy")
    configuration.timeouts.connect = .milliseconds(50)
    configuration.checks.interval = .seconds(1)
    configuration.maxConnections = 500
    configuration.hardStopAfter = .seconds(10)
    return configuration
  }

  static let all = [none, one, many]
}

extension String {
  /// A single quote can't stand in a configuration; in a URL it has another form.
  fileprivate var replacingQuote: String {
    split(separator: "'", omittingEmptySubsequences: false).joined(separator: "%27")
  }
}
