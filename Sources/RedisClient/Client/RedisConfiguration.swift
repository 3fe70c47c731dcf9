public import Logging
public import NIOCore
import NIOPosix

/// Where a Redis server is, who we are to it, and how long we wait.
public struct RedisConfiguration: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Which form of the protocol to ask for.
  public enum ProtocolVersion: Sendable {
    /// Understood by every server.
    case resp2
    /// Redis 6 and later: maps are distinguished from arrays.
    case resp3
  }

  /// Name or address of the server.
  public var host: String
  /// Its port.
  public var port: Int
  /// Name of the ACL user; nil for the user `default`.
  public var user: String?
  /// The user's password; nil sends no `AUTH`. In no description of this value.
  public var password: String?
  /// Form of the protocol; RESP2 by default.
  public var version = ProtocolVersion.resp2
  /// How long a command waits for a connection, all tries together. Tries go on until then: a server that is being
  /// restarted is waited for.
  public var connectLimit: Duration = .seconds(2)
  /// How long a command waits for its reply once it was sent.
  public var commandLimit: Duration = .seconds(5)
  /// Pause after the first try to connect that failed; doubles with each further one.
  public var firstBackoff: Duration = .milliseconds(20)
  /// Longest pause between tries.
  public var longestBackoff: Duration = .milliseconds(500)
  /// What a reply may measure.
  public var replyLimits = RESPLimits()
  /// Threads that do the I/O.
  public var eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  /// Hears of connections made and lost; silent by default.
  public var logger = Logger(label: "redis") { _ in SwiftLogNoOpLogHandler() }

  /// A server at `host`:`port`, where we are `user` with `password`.
  public init(host: String, port: Int = 6379, user: String? = nil, password: String? = nil) {
    self.host = host
    self.port = port
    self.user = user
    self.password = password
  }

  /// Where, and who; not the password.
  public var description: String { "redis://\(user.map { "\($0)@" } ?? "")\(host):\(port)" }
  /// Where, and who; not the password.
  public var debugDescription: String { description }
  /// Where, and who; not the password.
  public var customMirror: Mirror { Mirror(self, children: ["address": description]) }

  /// What is sent first on a connection.
  var greeting: RedisCommand? {
    let name = user ?? "default"
    switch (version, password) {
    case (.resp2, nil): return nil
    case (.resp2, let password?): return RedisCommand("AUTH", name, password)
    case (.resp3, nil): return RedisCommand("HELLO", "3")
    case (.resp3, let password?): return RedisCommand("HELLO", "3", "AUTH", name, password)
    }
  }
}
