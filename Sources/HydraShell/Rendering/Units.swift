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

  /// How long ago, in one or two units: `4s`, `3m`, `2h5m`, `12d`.
  static func age(since date: Date, now: Date) -> String {
    let seconds = max(Int(now.timeIntervalSince(date)), 0)
    switch seconds {
    case ..<60: return "\(seconds)s"
    case ..<3600: return "\(seconds / 60)m"
    case ..<86400: return "\(seconds / 3600)h" + (seconds / 60 % 60 > 0 ? "\(seconds / 60 % 60)m" : "")
    default: return "\(seconds / 86400)d"
    }
  }

  /// Elapsed time with tenths below a minute: `0.4s`, `12.3s`, `2m5s`.
  static func elapsed(_ duration: Duration) -> String {
    let milliseconds =
      Int(duration.components.seconds) * 1000 + Int(duration.components.attoseconds / 1_000_000_000_000_000)
    if milliseconds < 60_000 { return "\(milliseconds / 1000).\(milliseconds % 1000 / 100)s" }
    return "\(milliseconds / 60_000)m\(milliseconds / 1000 % 60)s"
  }

  /// Elapsed time with three digits that matter below ten seconds: `87ms`, `1.23s`.
  static func precise(_ duration: Duration) -> String {
    let milliseconds = Int(duration / .milliseconds(1))
    if milliseconds < 1000 { return "\(milliseconds)ms" }
    guard milliseconds < 10_000 else { return elapsed(duration) }
    let hundredths = String(milliseconds / 10 % 100)
    return "\(milliseconds / 1000)." + (hundredths.count < 2 ? "0" : "") + hundredths + "s"
  }

  /// The time of day in UTC with milliseconds: `12:03:04.250`.
  static func timeOfDay(_ date: Date) -> String {
    let text = HydraJSON.format(date)
    return String(text.drop { $0 != "T" }.dropFirst().prefix { $0 != "Z" })
  }

  /// `count` and the noun, in the plural when it must be.
  static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
