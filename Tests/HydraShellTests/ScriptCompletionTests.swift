import FoundationEssentials
import HydraModel
import HydraRuntime
import HydraShell
import HydraSimulation
import Testing

/// What Tab offers behind the name of a script that declares its arguments.
@Suite struct ScriptCompletionTests {
  private static let script = """
    args {
      image: string
      from: path
      --limit: duration = 30s "longest time"
      --dry-run: flag
    }

    """

  @Test(arguments: [
    ("deploy.hydra ", "--limit\tlongest time\n--dry-run\t\n"),
    ("deploy.hydra --dry-run --", "--limit\tlongest time\n--help\tshow the help of the script\n"),
    ("run deploy.hydra --l", "--limit\tlongest time\n"), ("plan deploy.hydra --limit 5s --d", "--dry-run\t\n"),
    ("deploy.hydra --limit ", ""), ("deploy.hydra nginx FOLDER/dep", "FOLDER/deploy.hydra\t\n"),
  ])
  func offersTheDeclaredOptions(_ line: String, _ expected: String) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "hydra-tab-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(Self.script.utf8).write(to: folder.appending(path: "deploy.hydra"))
    let output = OutputSink(memoryAsTerminal: false)
    let tool = HydraTool(
      streams: HydraStreams(input: -1, output: output, error: OutputSink(memoryAsTerminal: false)), environment: [:]
    ) { throw HydraError(.unreachable, "no engine is asked") }
    let path = folder.path()
    let typed = line.replacing("FOLDER", with: path).replacing(" deploy.hydra", with: " \(path)/deploy.hydra")
    let whole = typed.hasPrefix("deploy.hydra") ? "\(path)/\(typed)" : typed
    #expect(await tool.run(["__complete", whole]) == 0)
    #expect(output.text == expected.replacing("FOLDER", with: path))
  }
}
