import HydraLanguage
import Testing

@Suite struct InstantTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
    (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"), (951_868_799_999_000_000, "2000-02-29T23:59:59.999Z"),
    (1_700_000_000_250_000_000, "2023-11-14T22:13:20.250Z"), (1_700_000_000_000_001_000, "2023-11-14T22:13:20.000001Z"),
    (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000Z"), (-2_203_891_200_000_000_000, "1900-03-01T00:00:00.000Z"),
    (.max, "2262-04-11T23:47:16.854775807Z"), (.min, "1677-09-21T00:12:43.145224192Z"),
  ])
  func textAndBack(_ nanoseconds: Int, _ text: String) {
    #expect(Instant.text(nanoseconds) == text)
    #expect(Instant.read(text) == nanoseconds)
  }

  @Test func everyDayOfAGregorianCycleComesBack() {
    for day in stride(from: -100_000, through: 100_000, by: 17) {
      let instant = day * 86_400_000_000_000 + 3_723_004_000_000
      #expect(Instant.read(Instant.text(instant)) == instant)
    }
  }

  @Test(arguments: [
    ("2026-01-31T09:05:00Z", 1_769_850_300_000_000_000), ("2026-01-31 09:05:00.25z", 1_769_850_300_250_000_000),
    ("2026-01-31T11:05:00+02:00", 1_769_850_300_000_000_000), ("2026-01-31t05:35:00-03:30", 1_769_850_300_000_000_000),
    ("2026-01-31T09:05:00.1234567899Z", 1_769_850_300_123_456_789),
  ])
  func reads(_ text: String, _ nanoseconds: Int) { #expect(Instant.read(text) == nanoseconds) }

  @Test(arguments: [
    "", "2026", "2026-01-31", "2026-01-31T09:05:00", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-01-00T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T09:60:00Z", "2026-01-31T09:05:60Z",
    "2026-01-31T09:05:00.Z",
    "2026-01-31T09:05:00ZZ", "2026-01-31T09:05:00+2", "+026-01-31T09:05:00Z", "2263-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
  ])
  func refuses(_ text: String) { #expect(Instant.read(text) == nil) }

  @Test func formats() throws {
    let instant = 1_769_850_300_007_000_000
    #expect(
      try Instant.text(instant, format: "%Y/%m/%d %H.%M.%S,%L %a %b %j %s %%")
        == "2026/01/31 09.05.00,007 Sat Jan 031 1769850300 %")
    #expect(try Instant.text(instant, format: "%F %T") == "2026-01-31 09:05:00")
    #expect(try Instant.text(-1, format: "%s %a %j") == "-1 Wed 365")
    #expect(throws: Instant.UnknownDirective(text: "%Q")) { try Instant.text(0, format: "%Q") }
    #expect(throws: Instant.UnknownDirective(text: "%")) { try Instant.text(0, format: "5%") }
    for (letter, _) in Instant.directives { _ = try Instant.text(0, format: "%\(letter)") }
  }
}
