import Glibc
import HydraModel
import HydraRuntime
import HydraShell
import HydraSimulation
import Testing

/// Programs that run other programs, read and write files: through the tool, on the real system.
@Suite(.timeLimit(.minutes(2))) struct OutsideRunTests {
  private let folder = "/tmp/hydra-outside-\(getpid())-\(UInt32.random(in: 0 ... .max))"

  private struct Fixture: Sendable {
    let output = OutputSink(memoryAsTerminal: false)
    let error = OutputSink(memoryAsTerminal: false)
    let signals: AsyncStream<Interruption>.Continuation
    let tool: HydraTool

    init(folder: String) {
      let (stream, signals) = AsyncStream.makeStream(of: Interruption.self)
      tool = HydraTool(
        streams: HydraStreams(input: -1, output: output, error: error),
        environment: ["F": folder, "PATH": "/usr/bin:/bin"]
      ) {
        HydraServices(
          directory: SimulatedDirectory([]), http: nil, clock: SystemClock(date: { 1_700_000_060 }),
          interruptions: { stream })
      }
      self.signals = signals
    }
  }

  private func fixture() -> Fixture {
    mkdir(folder, 0o700)
    return Fixture(folder: folder)
  }

  private func write(_ text: String, to name: String) throws {
    let file = try #require(fopen("\(folder)/\(name)", "w"))
    defer { fclose(file) }
    fputs(text, file)
  }

  /// What the text prints.
  private func output(_ text: String) async -> String {
    let fixture = fixture()
    let status = await fixture.tool.run(["-c", text])
    #expect(status == 0, "\(fixture.error.text)")
    return fixture.output.text
  }

  @Test func programs() async {
    #expect(await output("print len(exec([\"sh\", \"-c\", \"yes | head -c 3000000\"]).output)") == "3000000\n")
    // Much to read for one that reads nothing, and for one that gives it back.
    let much = "let s = join(map(1..100000, i => \"0123456789\"), \"\"); "
    #expect(await output(much + "print exec([\"true\"], {input: s}).status") == "0\n")
    #expect(await output(much + "print ${exec([\"cat\"], {input: s}).output == s}") == "true\n")
    // What stays behind in the background is not waited for.
    #expect(await output("print exec([\"sh\", \"-c\", \"sleep 20 & echo begun\"]).output") == "begun\n\n")
    #expect(await output("print exec([\"sh\", \"-c\", \"exit 200\"]).status exec([\"env\"]).output").hasPrefix("200 "))
    #expect(await output("print lines(exec([\"printf\", \"a\\\\n%s\", \"b c\"]).output)") == "[\"a\", \"b c\"]\n")
  }

  /// A program has no terminal.
  @Test func programsAreOnTheirOwn() async {
    #expect(await output("print exec([\"sh\", \"-c\", \": < /dev/tty\"]).status exec([\"cat\"]).output") == "2 \n")
    // The sixth field is the session, whose leader the program is.
    let session = "print exec([\"sh\", \"-c\", \"echo \\$\\$; cut -d' ' -f6 /proc/\\$\\$/stat\"]).output"
    #expect(Set(await output(session).split(separator: "\n")).count == 1)
  }

  /// A program whose time is over is ended with everything it started, even when it does not want to.
  @Test(arguments: ["", "trap '' TERM; "]) func aProgramsTimeIsOver(_ trap: String) async throws {
    let fixture = fixture()
    try write(
      "\(trap)sh -c '\(trap.replacing("'", with: "\""))sleep 1000; :' & echo $! > $F/pid; wait; sleep 1000",
      to: "run.sh")
    let status = await fixture.tool.run(["-c", "exec([\"sh\", env(F) + \"/run.sh\"], {timeout: 500ms})"])
    #expect(status == 1)
    #expect(fixture.error.text.contains("'sh' did not end within 500ms and was ended"), "\(fixture.error.text)")
    try await isGone()
  }

  @Test func anInterruptedProgramIsEnded() async throws {
    let fixture = fixture()
    try write("sleep 1000 & echo $! > $F/pid; wait", to: "run.sh")
    let text = "defer { print \"undone\" }; exec([\"sh\", env(F) + \"/run.sh\"]); print never"
    let status = Task { await fixture.tool.run(["-c", text]) }
    while pid() == nil { await Task.yield() }
    fixture.signals.yield(.interrupt)
    #expect(await status.value == 130)
    #expect(fixture.output.text == "undone\n")
    try await isGone()
  }

  @Test func readingAPipeIsInterrupted() async {
    let fixture = fixture()
    let pipe = folder + "/pipe"
    mkfifo(pipe, 0o600)
    // Somebody who could write, but does not.
    let writer = open(pipe, O_RDWR)
    defer { close(writer) }
    let status = Task { await fixture.tool.run(["-c", "print begun; print read_file(env(F) + \"/pipe\")"]) }
    while fixture.output.text.isEmpty { await Task.yield() }
    fixture.signals.yield(.interrupt)
    #expect(await status.value == 130)
  }

  @Test func filesThatAreNone() async {
    let fixture = fixture()
    mkfifo(folder + "/nobody", 0o600)
    for (expression, message) in [
      ("read_file(env(F))", "is a directory"), ("read_file(\"/dev/zero\")", "larger than 64 MiB"),
      ("write_file(env(F) + \"/nobody\", \"x\")", "can't write"), ("write_file(env(F), \"x\")", "is a directory"),
      ("read_file(\"/dev/urandom\")", "larger than 64 MiB"), ("read_stdin()", "can't read standard input"),
    ] {
      let status = await fixture.tool.run(["-c", expression])
      #expect(status == 1)
      #expect(fixture.error.text.contains(message), "\(expression): \(fixture.error.text)")
    }
    #expect(await output("print len(read_file(env(F) + \"/nobody\"))") == "0\n")
  }

  private func pid() -> pid_t? {
    guard let file = fopen(folder + "/pid", "r") else { return nil }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 32)
    guard fgets(&buffer, 32, file) != nil else { return nil }
    let digits = buffer.prefix { $0 >= 0x30 && $0 <= 0x39 }.map { UInt8(bitPattern: $0) }
    return pid_t(String(decoding: digits, as: UTF8.self))
  }

  /// Waits until the process named in the file is gone; who inherits a dead child may take its time to reap it.
  private func isGone() async throws {
    let number = try #require(self.pid())
    while kill(number, 0) == 0, !isZombie(number) { await Task.yield() }
  }

  private func isZombie(_ pid: pid_t) -> Bool {
    guard let file = fopen("/proc/\(pid)/stat", "r") else { return true }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 512)
    guard fgets(&buffer, 512, file) != nil else { return true }
    let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.split(separator: ")").last?.split(separator: " ").first == "Z"
  }
}
