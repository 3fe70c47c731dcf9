import FoundationEssentials
import Testing

/// Every file of `Transcripts` says what is typed and what is answered. `HYDRA_RECORD=1 swift test` writes them anew and
/// fails, so that a recording is looked at before it counts.
@Suite struct TranscriptTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Transcripts")

  private static var names: [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
    return all.filter { $0.hasSuffix(".transcript") }.sorted()
  }

  @Test func thereAreTranscripts() { #expect(!Self.names.isEmpty) }

  @Test(arguments: names) func answersAsWritten(_ name: String) async throws { try await play(name, .inProcess) }

  /// The binary that `HYDRA_BIN` names, else the one built beside these tests.
  @Test(arguments: names) func theBinaryAnswersAsWritten(_ name: String) async throws {
    let built = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "hydra")
    let binary = ProcessInfo.processInfo.environment["HYDRA_BIN"] ?? built.path()
    try #require(FileManager.default.isExecutableFile(atPath: binary), "no binary at \(binary)")
    try await play(name, .binary(binary))
  }

  private func play(_ name: String, _ way: TranscriptRun.Way) async throws {
    let file = Self.folder.appending(path: name)
    let expected = try String(contentsOf: file, encoding: .utf8)
    var transcript = Transcript(expected)
    var run = try TranscriptRun(way)
    do {
      try await play(&transcript, &run)
    } catch {
      await run.remove()
      throw error
    }
    await run.remove()
    guard isRecording, case .inProcess = way, transcript.text != expected else { return }
    try Data(transcript.text.utf8).write(to: file)
    Issue.record("\(name) was recorded anew: look at the difference")
  }

  private func play(_ transcript: inout Transcript, _ run: inout TranscriptRun) async throws {
    for index in transcript.items.indices {
      let before = transcript.items[index]
      let after = try await run.run(before)
      transcript.items[index] = after
      if case .command(let was) = before, case .command(let now) = after, !isRecording {
        #expect(run.comparable(now.output) == run.comparable(was.output), "standard output of: \(was.line)")
        #expect(run.comparable(now.error) == run.comparable(was.error), "standard error of: \(was.line)")
        #expect(now.status == was.status, "exit status of: \(was.line)")
      }
    }
  }

  private var isRecording: Bool { ProcessInfo.processInfo.environment["HYDRA_RECORD"] == "1" }
}
