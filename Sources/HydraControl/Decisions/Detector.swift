/// Decides from missed probes how a node is: alive, suspect, down. One missed probe is no evidence.
enum Detector {
  /// What the evidence says.
  enum Verdict: Equatable { case alive, suspect, down }

  /// The verdict on a node whose probes were missed `missed` times in a row and which responded last at `lastGood`.
  static func verdict(
    missed: Int, lastGood: Duration, now: Duration, isReceiving: Bool, _ timings: Timings
  ) -> Verdict {
    guard missed > 0 else { return .alive }
    let silence = isReceiving ? timings.silenceInTransfer : timings.silence
    return missed >= timings.missesUntilDown && now - lastGood >= silence ? .down : .suspect
  }

  /// Whether so many of the nodes that were watched fell silent that it is rather this side that hears nothing: all of them,
  /// or most of them and not yet for long.
  static func isDoubtful(silent: Int, watched: Int, since: Duration, now: Duration, _ timings: Timings) -> Bool {
    if silent == watched { return true }
    return silent * 2 > watched && now - since < timings.doubt
  }
}
