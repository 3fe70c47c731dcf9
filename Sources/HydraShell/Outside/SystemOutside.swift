import Glibc
import HydraModel
import HydraRuntime

/// The outside of a process: its files, its standard input, other programs, and HTTP through a client of another module.
struct SystemOutside: OutsideAccess {
  let http: (any HTTPProbe)?
  /// Standard input; nil where the script itself or the shell reads it.
  let input: Int32?

  func send(_ request: HTTPProbeRequest) async throws -> HTTPProbeAnswer {
    guard let http else { throw HydraError(.forbidden, "'http' is not available here") }
    return try await http.send(request)
  }

  func read(_ path: String, limit: Int) async throws -> [UInt8] {
    try await Alarm.guarding { alarm in
      // Without O_NONBLOCK a pipe that nobody writes to would hold us in `open`, where no cancellation is heard.
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { throw Self.failure("read", "'\(path)'") }
      defer { close(descriptor) }
      return try Self.contents(of: descriptor, name: "'\(path)'", limit: limit, isBlocking: false, alarm)
    }
  }

  func readInput(limit: Int) async throws -> [UInt8] {
    guard let input else {
      throw HydraError(
        .invalidArgument, "standard input can't be read: the script or the shell itself is read from it",
        remedy: "run the script from a file: hydra FILE.hydra")
    }
    return try await Alarm.guarding { alarm in
      // `poll` would pass over a descriptor that is none, and wait for ever.
      guard fcntl(input, F_GETFD) >= 0 else { throw Self.failure("read", "standard input") }
      return try Self.contents(of: input, name: "standard input", limit: limit, isBlocking: true, alarm)
    }
  }

  func write(_ bytes: [UInt8], to path: String, appending: Bool) async throws {
    try await Alarm.guarding { alarm in
      let mode = appending ? O_APPEND : O_TRUNC
      let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | mode, 0o666)
      guard descriptor >= 0 else { throw Self.failure("write", "'\(path)'") }
      defer { close(descriptor) }
      var rest = bytes[...]
      while !rest.isEmpty {
        try alarm.wait(for: descriptor, POLLOUT)
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, min($0.count, 1 << 20)) }
        if count < 0, errno == EINTR || errno == EAGAIN { continue }
        guard count >= 0 else { throw Self.failure("write", "'\(path)'") }
        rest = rest.dropFirst(count)
      }
    }
  }

  func run(_ call: ProgramCall) async throws -> ProgramResult {
    try await Alarm.guarding { alarm in
      var run = try ProgramRun(call, alarm)
      return try run.finish()
    }
  }

  private static func contents(of descriptor: Int32, name: String, limit: Int, isBlocking: Bool, _ alarm: Alarm) throws
    -> [UInt8]
  {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      // Standard input blocks, so it has to be ready first. A file of ours does not, and a pipe that nobody writes to is
      // never ready: its end is only seen by reading.
      if isBlocking { try alarm.wait(for: descriptor, POLLIN) }
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        try alarm.wait(for: descriptor, POLLIN)
        continue
      }
      guard count >= 0 else { throw failure("read", name) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= limit else { throw HydraError(.tooLarge, "\(name) is larger than \(limit >> 20) MiB") }
    }
  }

  /// The failure of the last system call on a file.
  private static func failure(_ verb: String, _ name: String) -> HydraError {
    let code = errno
    return HydraError(
      code == ENOENT ? .notFound : .failed, "can't \(verb) \(name): \(ScriptFiles.reason(code))")
  }
}
