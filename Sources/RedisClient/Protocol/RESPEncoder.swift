public import NIOCore

/// Writes commands as Redis reads them: an array of bulk strings, which needs no escaping and takes any bytes.
public enum RESPEncoder {
  /// Appends `command` to `buffer`.
  public static func encode(_ command: RedisCommand, into buffer: inout ByteBuffer) {
    buffer.writeString("*\(command.arguments.count + 1)\r\n")
    write(Array(command.name.utf8), into: &buffer)
    for argument in command.arguments { write(argument, into: &buffer) }
  }

  private static func write(_ bytes: [UInt8], into buffer: inout ByteBuffer) {
    buffer.writeString("$\(bytes.count)\r\n")
    buffer.writeBytes(bytes)
    buffer.writeString("\r\n")
  }
}
