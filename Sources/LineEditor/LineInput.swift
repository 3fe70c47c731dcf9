/// The result of reading a line.
public enum LineInput: Sendable, Equatable {
  /// A line, or several if the first was not complete, without the last line end. May be empty.
  case line(String)
  /// Ctrl-C: the line was abandoned.
  case interrupted
  /// Ctrl-D on an empty line, the end of the input, or the editor was closed.
  case endOfInput
  /// The terminal has gone away.
  case hungUp
}

/// A prompt. Each escape sequence is enclosed in two `U+0001`, so that it does not count as columns.
public struct Prompt: Sendable, Equatable {
  /// The text, with its escapes marked.
  public var text: String

  /// A prompt of `text`.
  public init(_ text: String) { self.text = text }

  /// `text` between the escape sequences `on` and reset. libedit drops an escape at the very end of a prompt: append
  /// a blank.
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

  /// The text as it is written to a terminal.
  var output: String {
    var result = ""
    result.unicodeScalars.append(contentsOf: text.unicodeScalars.lazy.filter { $0 != "\u{1}" })
    return result
  }
}

/// One possible continuation at the cursor.
public struct Candidate: Sendable, Equatable {
  /// The word as it is inserted.
  public var text: String
  /// A short description; may be empty.
  public var description: String
  /// Whether the word is complete, so that a blank may follow.
  public var isWhole: Bool

  /// A candidate of these parts.
  public init(_ text: String, description: String = "", isWhole: Bool = true) {
    self.text = text
    self.description = description
    self.isWhole = isWhole
  }
}

/// The possible continuations at the cursor.
public struct Completions: Sendable, Equatable {
  /// How many characters (Unicode scalars) before the cursor a candidate replaces.
  public var replacing: Int
  /// The candidates, in the order they are shown.
  public var candidates: [Candidate]
  /// Why there are none, or another remark; shown when nothing can be inserted.
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

/// What the editor asks while a line is typed. Questions that may take time have a time limit and are cancelled when it
/// is over, so that no key hangs. All texts are the whole input: the lines entered before, and the one being edited.
public struct LineAssistance: Sendable {
  /// Whether the text can be taken as it is; otherwise Enter begins another line. Called on the editor's thread.
  public var isComplete: @Sendable (_ text: String) -> Bool
  /// What can stand at the cursor: `text` is the whole input, `before` the part before the cursor.
  public var complete: @Sendable (_ text: String, _ before: String) async -> Completions
  /// Whether `?` is a character like any other at the end of `before`, in a string for example. Called on the editor's
  /// thread.
  public var isHintText: @Sendable (_ before: String) -> Bool
  /// What `?` shows at the end of `before`; nil for nothing.
  public var hint: @Sendable (_ before: String) async -> String?
  /// How long a question may take.
  public var timeLimit: Duration

  /// Assistance of these parts.
  public init(
    timeLimit: Duration = .milliseconds(600),
    isComplete: @escaping @Sendable (String) -> Bool = { _ in true },
    complete: @escaping @Sendable (String, String) async -> Completions = { _, _ in .none },
    isHintText: @escaping @Sendable (String) -> Bool = { _ in true },
    hint: @escaping @Sendable (String) async -> String? = { _ in nil }
  ) {
    self.timeLimit = timeLimit
    self.isComplete = isComplete
    self.complete = complete
    self.isHintText = isHintText
    self.hint = hint
  }
}
