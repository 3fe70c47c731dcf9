/// What came of reading a line.
public enum LineInput: Sendable, Equatable {
  /// A line, or several when the first was not complete, without the last line end.
  case line(String)
  /// Ctrl-C: the line was given up.
  case interrupted
  /// Ctrl-D on an empty line, the end of the input, or the editor was closed.
  case endOfInput
}

/// A prompt. Escape sequences stand between two `U+0001`, so that they do not count as columns.
public struct Prompt: Sendable, Equatable {
  /// The text, with its escapes marked.
  public var text: String

  /// A prompt of `text`.
  public init(_ text: String) { self.text = text }

  /// `text` between the escape sequences `on` and reset. libedit drops an escape at the very end of a prompt: end it
  /// with a blank outside.
  public static func styled(_ text: String, _ on: String) -> String {
    "\u{1}\(on)\u{1}\(text)\u{1}\u{1B}[0m\u{1}"
  }

  /// The text without escapes, as it is seen and as a plain terminal gets it.
  public var visible: String {
    var result = ""
    var hidden = false
    for scalar in text.unicodeScalars {
      if scalar == "\u{1}" { hidden.toggle() } else if !hidden { result.unicodeScalars.append(scalar) }
    }
    return result
  }
}

/// One way to go on at the cursor.
public struct Candidate: Sendable, Equatable {
  /// The word as it would stand in the line.
  public var text: String
  /// What it is, in a few words; may be empty.
  public var description: String
  /// Whether the word is whole, so that a blank may follow.
  public var isWhole: Bool

  /// A candidate of these parts.
  public init(_ text: String, description: String = "", isWhole: Bool = true) {
    self.text = text
    self.description = description
    self.isWhole = isWhole
  }
}

/// The ways to go on at the cursor.
public struct Completions: Sendable, Equatable {
  /// How many characters (Unicode scalars) before the cursor a candidate replaces.
  public var replacing: Int
  /// The candidates, in the order they are shown.
  public var candidates: [Candidate]
  /// Why there are none, or what else to know; shown when nothing can be inserted.
  public var note: String?

  /// Candidates in place of the `replacing` characters before the cursor.
  public init(replacing: Int, candidates: [Candidate], note: String? = nil) {
    self.replacing = replacing
    self.candidates = candidates
    self.note = note
  }

  /// Nothing to offer.
  public static let none = Completions(replacing: 0, candidates: [])
}

/// What the editor asks while a line is typed. Every question has a time limit and is cancelled when that is over, so
/// that a key never hangs.
public struct LineAssistance: Sendable {
  /// Whether the text can be taken as it is; Enter begins another line otherwise. Called on the editor's thread.
  public var isComplete: @Sendable (_ text: String) -> Bool
  /// What can stand at the cursor: `text` is the whole input, `before` the part before the cursor.
  public var complete: @Sendable (_ text: String, _ before: String) async -> Completions
  /// What '?' shows at the end of `text`; nil when it is a character like any other there.
  public var hint: @Sendable (_ text: String) async -> String?
  /// How long a question may take.
  public var timeLimit: Duration

  /// Assistance of these parts.
  public init(
    timeLimit: Duration = .milliseconds(600),
    isComplete: @escaping @Sendable (String) -> Bool = { _ in true },
    complete: @escaping @Sendable (String, String) async -> Completions = { _, _ in .none },
    hint: @escaping @Sendable (String) async -> String? = { _ in nil }
  ) {
    self.timeLimit = timeLimit
    self.isComplete = isComplete
    self.complete = complete
    self.hint = hint
  }
}
