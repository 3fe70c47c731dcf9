/// Lengths of time as people read them, in one form everywhere: `4.6 ms`, `372 ms`, `22.2 s`, `2 min 5 s`, `3 h 20 min`,
/// `12 d`. Values of the language and JSON have forms of their own.
public enum TimeText {
  /// `duration` with three digits that matter below a minute, and two units above.
  public static func of(_ duration: Duration) -> String {
    let nanoseconds = max(
      Int(duration.components.seconds) * 1_000_000_000 + Int(duration.components.attoseconds / 1_000_000_000), 0)
    switch nanoseconds {
    case ..<9_950_000: return tenths(nanoseconds, of: 1_000_000) + " ms"
    case ..<999_500_000: return "\((nanoseconds + 500_000) / 1_000_000) ms"
    case ..<59_950_000_000: return tenths(nanoseconds, of: 1_000_000_000) + " s"
    default: return coarse((nanoseconds + 500_000_000) / 1_000_000_000)
    }
  }

  /// A number of whole seconds, for ages.
  public static func coarse(_ seconds: Int) -> String {
    func pair(_ unit: String, _ length: Int, _ smaller: String, _ part: Int) -> String {
      let rest = seconds % length / part
      return "\(seconds / length) \(unit)" + (rest > 0 ? " \(rest) \(smaller)" : "")
    }
    switch seconds {
    case ..<60: return "\(max(seconds, 0)) s"
    case ..<3600: return pair("min", 60, "s", 1)
    case ..<86400: return pair("h", 3600, "min", 60)
    default: return "\(seconds / 86400) d"
    }
  }

  private static func tenths(_ value: Int, of unit: Int) -> String {
    let tenths = (value + unit / 20) / (unit / 10)
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}
