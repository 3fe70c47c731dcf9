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

  @Test(arguments: names) func answersAsWritten(_ name: String) async throws {
    let file = Self.folder.appending(path: name)
    let expected = try String(contentsOf: file, encoding: .utf8)
    var transcript = Transcript(expected)
    var run = try TranscriptRun()
    defer { run.remove() }
    for index in transcript.items.indices {
      let before = transcript.items[index]
      let after = try await run.run(before)
      transcript.items[index] = after
      if case .command(let was) = before, case .command(let now) = after, !isRecording {
        #expect(now.output == was.output, "standard output of: \(was.line)")
        #expect(now.error == was.error, "standard error of: \(was.line)")
        #expect(now.status == was.status, "exit status of: \(was.line)")
      }
    }
    guard isRecording, transcript.text != expected else { return }
    try Data(transcript.text.utf8).write(to: file)
    Issue.record("\(name) was recorded anew: look at the difference")
  }

  private var isRecording: Bool { ProcessInfo.processInfo.environment["HYDRA_RECORD"] == "1" }
}
