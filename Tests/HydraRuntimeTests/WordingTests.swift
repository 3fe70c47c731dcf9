import HydraModel
import Testing

/// How numbers, times and names are put into words for people, whoever says them.
@Suite struct WordingTests {
  @Test(
    arguments: [
      (.zero, "0 ms"), (.microseconds(4_560), "4.6 ms"), (.microseconds(9_960), "10 ms"),
      (.milliseconds(372), "372 ms"),
      (.microseconds(999_600), "1 s"), (.milliseconds(1_234), "1.2 s"), (.milliseconds(22_154), "22.2 s"),
      (.milliseconds(59_960), "1 min"), (.seconds(125), "2 min 5 s"), (.seconds(3_600), "1 h"),
      (.seconds(12_000), "3 h 20 min"), (.seconds(86_400 * 12 + 5), "12 d"), (.seconds(-1), "0 ms"),
    ] as [(Duration, String)])
  func times(_ duration: Duration, text: String) { #expect(TimeText.of(duration) == text) }

  @Test func namesAreCountedByRuns() {
    let nodes = (1...30).map { "node-\($0)" }
    #expect(CountedNames.text(nodes) == "node-1…node-30 (30)")
    #expect(CountedNames.text(nodes.shuffled()) == "node-1…node-30 (30)")
    #expect(CountedNames.text(["node-1", "node-2"]) == "node-1,node-2")
    #expect(CountedNames.text(["node-1", "node-2", "node-3", "node-7"]) == "node-1…node-3,node-7 (4)")
    #expect(
      CountedNames.text(["web", "a-8", "a-9", "a-10", "b-11", "b1"], separator: ", ") == "a-8…a-10, b1, b-11, web (6)")
    #expect(CountedNames.text([]) == "" && CountedNames.text(["12345678901234567890"]) == "12345678901234567890")
  }
}
