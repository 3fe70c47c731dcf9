import FoundationEssentials
import HydraLanguage
import HydraModel

/// Numbers with their units, as people read them.
enum Units {
  /// Bytes in the largest binary unit that divides them: `256MiB`, as the language writes sizes.
  static func size(_ bytes: Int64?) -> String? { bytes.map { Value.sizeText(Int($0)) } }

  /// Processors without a needless fraction: `2`, `0.5`.
  static func processors(_ count: Double?) -> String? {
    count.map { $0 == $0.rounded() && abs($0) < 1e9 ? String(Int($0)) : String($0) }
  }

  /// How long ago: `4 s`, `3 min`, `2 h 5 min`, `12 d`.
  static func age(since date: Date, now: Date) -> String {
    let seconds = max(Int(now.timeIntervalSince(date)), 0)
    // Seconds of an age of minutes are of no use, and would make the column change all the time.
    return TimeText.coarse(seconds < 60 ? seconds : seconds / 60 * 60)
  }

  /// The time of day in UTC with milliseconds: `12:03:04.250`.
  static func timeOfDay(_ date: Date) -> String {
    let text = HydraJSON.format(date)
    return String(text.drop { $0 != "T" }.dropFirst().prefix { $0 != "Z" })
  }
}
