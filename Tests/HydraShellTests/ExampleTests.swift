import FoundationEssentials
import HydraModel
import HydraRuntime
import HydraShell
import HydraSimulation
import Testing

/// Every file of `examples` is right, and runs to its end against clusters in memory.
@Suite struct ExampleTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "examples")

  private static var names: [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
    return all.filter { $0.hasSuffix(".hydra") }.sorted()
  }

  /// A proxy that answers everything.
  private struct Answering: HTTPProbe {
    func send(_ request: HTTPProbeRequest) async throws -> HTTPProbeAnswer {
      HTTPProbeAnswer(status: 200, body: "hello\n")
    }
  }

  @Test func thereAreExamples() { #expect(Self.names.contains("demo.hydra")) }

  @Test(arguments: names) func runs(_ name: String) async throws {
    let output = OutputSink(memoryAsTerminal: false)
    let error = OutputSink(memoryAsTerminal: false)
    let tool = HydraTool(
      streams: HydraStreams(input: -1, output: output, error: error), environment: ["HOME": "/nonexistent"]
    ) {
      HydraServices(
        directory: SimulatedDirectory(), http: Answering(), clock: SteppingClock(),
        interruptions: { AsyncStream { $0.finish() } })
    }
    let path = Self.folder.appending(path: name).path()
    #expect(await tool.run(["check", path]) == 0, "\(error.text)")
    #expect(await tool.run(["fmt", "--check", path]) == 0, "not in the one form: hydra fmt \(name)")
    #expect(await tool.run([path]) == 0, "\(error.text)")
  }
}
