import Glibc

/// Reads lines from a person, with editing, history and completion on a terminal, and plainly elsewhere.
///
/// libedit must not be shared between threads, so one thread of the editor's own makes all its calls; everything here
/// may be called from any thread.
public final class LineEditor: Sendable {
  private let mailbox: Mailbox
  /// What was entered, in this session and before.
  public let history: History
  /// Whether lines are edited; false without a terminal that can.
  public let isInteractive: Bool

  /// Where an editor reads and writes.
  public struct Configuration: Sendable {
    /// Name under which `~/.editrc` knows the program.
    public var program: String
    /// Descriptor that is read.
    public var input: Int32
    /// Descriptor that prompts and echoes go to.
    public var output: Int32
    /// The terminal's type; nil or `dumb` turn editing off.
    public var terminal: String?
    /// The file with the user's key bindings, usually `~/.editrc`; it need not exist.
    public var settings: String?
    /// The escape sequence that turns on faint text, for suggestions from the history and the continuation prompt. Nil
    /// without colours: suggestions could not be distinguished from what was typed, and are not shown.
    public var faint: String?

    /// A configuration of these parts.
    public init(
      program: String, input: Int32 = 0, output: Int32 = 1, terminal: String?, settings: String? = nil,
      faint: String? = nil
    ) {
      self.program = program
      self.input = input
      self.output = output
      self.terminal = terminal
      self.settings = settings
      self.faint = faint
    }

    /// Whether lines can be edited there.
    public var isInteractive: Bool {
      guard let terminal, !terminal.isEmpty, terminal != "dumb" else { return false }
      return isatty(input) == 1 && isatty(output) == 1
    }
  }

  /// An editor for `configuration`. Throws if the system refuses a descriptor or a thread.
  public init(_ configuration: Configuration, history: History = History(), assistance: LineAssistance) throws {
    let mailbox = try Mailbox()
    self.mailbox = mailbox
    self.history = history
    isInteractive = configuration.isInteractive
    try EditorThread.start(
      EditorThread(
        configuration: configuration, mailbox: mailbox, history: history, assistance: assistance))
  }

  deinit { mailbox.close() }

  /// Reads one input. Returns ``LineInput/interrupted`` when the task is cancelled. One reader at a time; another one
  /// waits for its turn.
  public func readLine(prompt: Prompt) async -> LineInput { await readLine { prompt } }

  /// As ``readLine(prompt:)``, with the prompt made at the moment from which ``setPrompt(_:)`` changes it: of two prompts
  /// the later one always wins. `prompt` is called on the editor's thread.
  public func readLine(prompt: @escaping @Sendable () -> Prompt) async -> LineInput {
    let id = mailbox.nextID()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        mailbox.add(Mailbox.Request(id: id, prompt: prompt, continuation: continuation))
      }
    } onCancel: {
      mailbox.cancel(id)
    }
  }

  /// Shows `text` on lines of its own above the prompt, or at once while no line is read. Keeps the line being typed.
  public func showAbove(_ text: String) { mailbox.post(text) }

  /// Changes the prompt of the line being read.
  public func setPrompt(_ prompt: Prompt) { mailbox.setPrompt(prompt) }

  /// Abandons the line being read, as Ctrl-C does; for a plain terminal, where Ctrl-C is a signal.
  public func interrupt() { mailbox.interrupt() }

  /// Ends the line being read and every later one, and returns when the terminal is restored.
  public func close() async {
    mailbox.close()
    await mailbox.closed()
  }
}

/// The system refused something that editing needs.
public struct LineEditorError: Error, Sendable, CustomStringConvertible {
  /// What failed and why.
  public let description: String

  init(_ what: String, _ code: Int32) { description = "\(what): \(String(cString: strerror(code)))" }
}
