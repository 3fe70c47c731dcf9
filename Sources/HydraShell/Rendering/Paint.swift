import HydraModel

/// Colours text by meaning, or leaves it plain.
struct Paint: Sendable {
  /// Whether to write colours.
  var isOn: Bool

  /// What a colour means.
  enum Meaning: String, Sendable {
    case good = "\u{1B}[32m"
    case bad = "\u{1B}[31m"
    case uneasy = "\u{1B}[33m"
    case faint = "\u{1B}[2m"
    case strong = "\u{1B}[1m"
  }

  /// `text` in the colour of `meaning`.
  func callAsFunction(_ text: String, _ meaning: Meaning?) -> String {
    guard isOn, let meaning, !text.isEmpty else { return text }
    return meaning.rawValue + text + "\u{1B}[0m"
  }
}

extension NodeCondition {
  var meaning: Paint.Meaning {
    switch self {
    case .ready: .good
    case .joining, .suspect, .removing: .uneasy
    case .down: .bad
    }
  }
}

extension ServiceCondition {
  var meaning: Paint.Meaning {
    switch self {
    case .healthy: .good
    case .deploying, .degraded, .removing: .uneasy
    case .down: .bad
    }
  }
}

extension ReplicaCondition {
  var meaning: Paint.Meaning {
    switch self {
    case .ready: .good
    case .pending, .starting: .uneasy
    case .failed: .bad
    }
  }
}

extension ClusterSummary.Condition {
  var meaning: Paint.Meaning {
    switch self {
    case .running: .good
    case .degraded: .uneasy
    case .stopped, .unreachable: .bad
    }
  }
}

extension Migration.Outcome {
  var meaning: Paint.Meaning {
    switch self {
    case .done: .good
    case .failed: .bad
    case .running, .waiting: .uneasy
    }
  }
}

extension ClusterEvent.Kind {
  var meaning: Paint.Meaning? {
    switch self {
    case .nodeReady, .serviceHealthy, .migrationDone: .good
    case .nodeDown, .replicaFailed, .migrationFailed, .errorReported: .bad
    case .nodeSuspect, .serviceDegraded: .uneasy
    default: nil
    }
  }
}
