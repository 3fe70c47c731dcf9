extension HydraError {
  /// `error` itself when it is one of ours, else `cancelled` or `internal` with its text.
  public static func wrapping(_ error: any Error) -> HydraError {
    if let error = error as? HydraError { return error }
    if error is CancellationError { return HydraError(.cancelled, "interrupted") }
    return HydraError(.internal, "\(error)")
  }

  /// Throws one error that says all of `problems`, so that none has to be found by trying again; returns when there are none.
  public static func throwIfAny(_ problems: [HydraError]) throws(HydraError) {
    guard let first = problems.first else { return }
    guard problems.count > 1 else { throw first }
    let remedies = problems.compactMap(\.remedy)
    throw HydraError(
      first.code, problems.map(\.message).joined(separator: "; "),
      remedy: remedies.isEmpty ? nil : remedies.joined(separator: "; "))
  }
}
