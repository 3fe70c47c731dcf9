/// What can be an argument of a command: text, bytes, numbers.
public protocol RedisArgument: Sendable {
  /// The argument as it is sent.
  var redisBytes: [UInt8] { get }
}

extension String: RedisArgument {
  /// The text in UTF-8.
  public var redisBytes: [UInt8] { Array(utf8) }
}

extension [UInt8]: RedisArgument {
  /// The bytes as they are.
  public var redisBytes: [UInt8] { self }
}

extension Int: RedisArgument {
  /// The number in decimal.
  public var redisBytes: [UInt8] { Array(String(self).utf8) }
}

extension Int64: RedisArgument {
  /// The number in decimal.
  public var redisBytes: [UInt8] { Array(String(self).utf8) }
}

extension UInt64: RedisArgument {
  /// The number in decimal.
  public var redisBytes: [UInt8] { Array(String(self).utf8) }
}

/// A command to be sent. Shows its name only: arguments may be secrets.
public struct RedisCommand: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// Name, as in Redis's documentation.
  public var name: String
  /// What follows the name.
  public var arguments: [[UInt8]]
  /// Whether sending it twice does no more than sending it once, so that it may be repeated when a connection broke
  /// before the reply came.
  public var isIdempotent: Bool

  /// A command of `name` and `arguments`.
  public init(_ name: String, _ arguments: any RedisArgument..., idempotent: Bool = false) {
    self.init(name: name, arguments: arguments, idempotent: idempotent)
  }

  /// A command whose arguments are in a list.
  public init(name: String, arguments: [any RedisArgument], idempotent: Bool = false) {
    self.name = name
    self.arguments = arguments.map(\.redisBytes)
    isIdempotent = idempotent
  }

  /// The name.
  public var description: String { name }
  /// The name.
  public var debugDescription: String { name }
  /// The name alone.
  public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
