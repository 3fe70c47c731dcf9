import Glibc
import HydraModel
import HydraRuntime

/// The three pipes to a program, and its start.
struct Pipes {
  /// Both ends; -1 for one that is closed.
  struct Ends {
    var ours: Int32 = -1
    var theirs: Int32 = -1
  }

  private(set) var input = Ends()
  private(set) var output = Ends()
  private(set) var error = Ends()

  /// Starts the program of `call` with the other ends as its standard descriptors; returns its number.
  mutating func start(_ call: ProgramCall) throws -> pid_t {
    // The end that reads comes first.
    (input.theirs, input.ours) = try Self.pipe()
    (output.ours, output.theirs) = try Self.pipe()
    (error.ours, error.theirs) = try Self.pipe()
    for descriptor in [input.ours, output.ours, error.ours] {
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
    let pid = try spawn(call)
    closeTheirs()
    return pid
  }

  private func spawn(_ call: ProgramCall) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (index, descriptor) in [input.theirs, output.theirs, error.theirs].enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(index))
    }
    Self.keepDescriptors()

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Signals that we ignore or block are the program's own to choose.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT, SIGCHLD, SIGTSTP, SIGTTIN, SIGTTOU] {
      sigaddset(&signals, signal)
    }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK) | Self.newSession))

    var pid: pid_t = 0
    let environment = call.environment.map { "\($0.key)=\($0.value)" }
    let code = Self.withArguments(call.words) { words in
      Self.withArguments(environment) { posix_spawnp(&pid, call.words[0], &actions, &attributes, words, $0) }
    }
    guard code == 0 else {
      throw HydraError(.invalidArgument, "can't run '\(call.words[0])': \(ScriptFiles.reason(code))")
    }
    return pid
  }

  /// Whatever is open here besides the standard descriptors, a socket of some library, is not the program's. glibc's
  /// `addclosefrom_np`, which would do, is hidden from Swift.
  private static func keepDescriptors() {
    guard let folder = opendir("/proc/self/fd") else { return }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 } }
      guard let descriptor = Int32(String(decoding: name, as: UTF8.self)), descriptor > 2 else { continue }
      _ = fcntl(descriptor, F_SETFD, fcntl(descriptor, F_GETFD) | FD_CLOEXEC)
    }
  }

  /// POSIX_SPAWN_SETSID of glibc's spawn.h (since 2.26), which is a macro that Swift does not see.
  private static let newSession: Int32 = 0x80

  private static func pipe() throws -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else {
      throw HydraError(.internal, "no pipe can be made: \(ScriptFiles.reason(errno))")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func withArguments<T>(
    _ words: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> T
  ) -> T {
    let copies = words.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return copies.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("a list with at least the end") }
      return body(base)
    }
  }

  private mutating func closeTheirs() {
    Self.close(&input.theirs)
    Self.close(&output.theirs)
    Self.close(&error.theirs)
  }

  /// Closes every end: the program did not start.
  mutating func closeAll() {
    closeTheirs()
    Self.close(&input.ours)
    Self.close(&output.ours)
    Self.close(&error.ours)
  }

  private static func close(_ descriptor: inout Int32) {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
  }
}
