import FoundationEssentials
import Glibc
import HydraModel
import HydraRuntime
import HydraShell
import HydraSimulation

/// Runs the commands of a transcript in process, against clusters in memory and with time that passes only while one
/// waits for it.
struct TranscriptRun {
  private let folder: URL
  private var clusters: [SimulatedCluster] = []
  private var directory: SimulatedDirectory?
  private let clock = SteppingClock()

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "hydra-transcript-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// `item` with what it answers now.
  mutating func run(_ item: Transcript.Item) async throws -> Transcript.Item {
    switch item {
    case .text: break
    case .setting(let words):
      guard words.first == "cluster", words.count == 3, let nodes = Int(words[2]) else {
        throw Failure(description: "unknown setting '\(words.joined(separator: " "))'")
      }
      clusters.append(SimulatedCluster(name: words[1], nodes: nodes))
    case .file(let name, let lines):
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: name))
    case .command(let command): return .command(try await run(command))
    }
    return item
  }

  private mutating func run(_ command: Transcript.Command) async throws -> Transcript.Command {
    var words = Transcript.words(command.line)
    guard words.first == "hydra" else { throw Failure(description: "not a hydra command: \(command.line)") }
    words.removeFirst()
    let path = folder.path()
    words = words.map { $0.hasSuffix(".hydra") && !$0.contains(" ") ? path + "/" + $0 : $0 }
    let directory = self.directory ?? SimulatedDirectory(clusters)
    self.directory = directory
    let output = OutputSink(memoryAsTerminal: false)
    let error = OutputSink(memoryAsTerminal: false)
    let input = try Self.pipe(command.input.map { $0 + "\n" }.joined())
    defer { close(input) }
    let tool = HydraTool(
      streams: HydraStreams(input: input, output: output, error: error), environment: ["HOME": path, "GREETING": "hi"]
    ) { [clock] in
      HydraServices(
        directory: directory, http: nil, clock: clock, interruptions: { AsyncStream { $0.finish() } })
    }
    var result = command
    result.status = await tool.run(words)
    result.output = Self.lines(output.text.replacing(path + "/", with: ""))
    result.error = Self.lines(error.text.replacing(path + "/", with: ""))
    return result
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static func lines(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() } else if !lines.isEmpty { lines.append("(no line end)") }
    return lines
  }

  private static func pipe(_ text: String) throws -> Int32 {
    var ends: [Int32] = [0, 0]
    let bytes = Array(text.utf8)
    guard Glibc.pipe(&ends) == 0, write(ends[1], bytes, bytes.count) == bytes.count else {
      throw Failure(description: "no pipe")
    }
    close(ends[1])
    return ends[0]
  }
}
