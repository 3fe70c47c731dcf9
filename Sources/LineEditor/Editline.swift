import CLibedit
import Glibc

/// A libedit editor on a terminal. Lives on the editor's thread: libedit is neither shared nor re-entered.
final class Editline: LineReader {
  let editor: OpaquePointer
  let configuration: LineEditor.Configuration
  let mailbox: Mailbox
  let assistance: LineAssistance
  let input: ByteInput
  let history: History
  private let libeditHistory: OpaquePointer
  let streams: (in: UnsafeMutablePointer<FILE>, out: UnsafeMutablePointer<FILE>)
  private var historyVersion: Int?

  /// The prompt of the input, and of its first line.
  var prompt = Prompt("")
  /// The lines of the input that were entered already, while it is not complete.
  var entered: [String] = []
  /// The prompt that libedit draws; the C text lives until the next one.
  private var promptText: UnsafeMutablePointer<CChar>?
  /// How the input ended; nil while it is being read, and when one of libedit's own functions ended it.
  var ending: Ending?
  /// Where Up and Down are; nil before the first of them.
  var recalled: Recall?
  /// The line and the cursor at the last Escape among vi's commands.
  var escaped: (text: String, cursor: Int)?
  /// The suggestion that was shown last, and the input it continues.
  var suggestion: (text: String, rest: String)?
  /// Columns of the suggestion that are on the screen now.
  var suggestedColumns = 0
  /// How often the process had been stopped when the screen was drawn last.
  var stops = TerminalStop.count
  /// False if the user's settings turn editing off for this program.
  private(set) var isWanted = true

  /// How an input ends. It is recorded by whoever ends it: libedit returns NULL for an empty line, for the end of the
  /// input, and for an interrupted line alike.
  enum Ending {
    /// Enter, with the whole input.
    case accepted(String)
    case interrupted
    case closed
    case hungUp
  }

  /// A walk through the history.
  struct Recall {
    /// The entry shown; the number of entries for what was typed.
    var index: Int
    /// What was typed before the walk; entries found begin with it.
    let typed: String
    /// What the walk put into the line; anything else there ends it.
    var shown: String
  }

  /// Nil without the memory or the descriptors for it.
  init?(
    configuration: LineEditor.Configuration, mailbox: Mailbox, history: History, assistance: LineAssistance
  ) {
    // libedit wants streams, and closes neither. Of copies, so that closing ours leaves the caller's descriptors open.
    guard let inStream = fdopen(dup(configuration.input), "r") else { return nil }
    guard let outStream = fdopen(dup(configuration.output), "w") else {
      fclose(inStream)
      return nil
    }
    guard let editor = clibedit_start(configuration.program, inStream, outStream) else {
      fclose(inStream)
      fclose(outStream)
      return nil
    }
    guard let libeditHistory = clibedit_history_start(Int32(clamping: history.limit)) else {
      clibedit_end(editor)
      fclose(inStream)
      fclose(outStream)
      return nil
    }
    self.editor = editor
    self.libeditHistory = libeditHistory
    self.configuration = configuration
    self.mailbox = mailbox
    self.history = history
    self.assistance = assistance
    streams = (inStream, outStream)
    input = ByteInput(descriptor: configuration.input, mailbox: mailbox)
    clibedit_set_context(editor, Unmanaged.passUnretained(self).toOpaque())
    clibedit_watch_window(mailbox.signals)
    clibedit_use_history(editor, libeditHistory)
    clibedit_set_prompt(editor, { Editline.from($0)?.promptText }, 1)
    clibedit_set_read(editor) { Editline.from($0)?.readCharacter(into: $1) ?? -1 }
    isWanted = bindKeys()
    if isWanted { clibedit_guard_terminal(configuration.input) }
  }

  func end() {
    clibedit_forget_window(mailbox.signals)
    clibedit_end(editor)
    clibedit_history_end(libeditHistory)
    fclose(streams.in)
    fclose(streams.out)
    clibedit_restore_terminal(configuration.input)
    free(promptText)
    promptText = nil
  }

  /// The editor that libedit calls back for.
  static func from(_ editor: OpaquePointer?) -> Editline? {
    guard let context = clibedit_context(editor) else { return nil }
    return Unmanaged<Editline>.fromOpaque(context).takeUnretainedValue()
  }

  func read(prompt: Prompt) -> LineInput {
    input.reopen()
    loadHistory()
    self.prompt = prompt
    entered = []
    ending = nil
    recalled = nil
    escaped = nil
    suggestion = nil
    stops = TerminalStop.count
    usePrompt()
    // The window may have changed while no line was read.
    mailbox.drain(mailbox.signals)
    clibedit_resize(editor)
    beginEditing()
    // libedit draws from the left edge, and draws what was typed ahead itself: the terminal's echo gives way.
    if input.takeTypedAhead() { writeAll(configuration.output, "\r\u{1B}[K") }
    var length: Int32 = 0
    let characters = clibedit_read_line(editor, &length)
    writeAll(configuration.output, Editline.pasteOff)
    switch ending {
    case .accepted(let text): return .line(text)
    case .interrupted: return .interrupted
    case .hungUp: return .hungUp
    case .closed:
      writeAll(configuration.output, "\n")
      return .endOfInput
    case nil: break
    }
    // Ended by a function of libedit's own: Ctrl-D, or one that the user's settings bind.
    guard let characters, length > 0 else {
      writeAll(configuration.output, "\n")
      // Within a block Ctrl-D abandons the block, not the shell.
      return entered.isEmpty ? .endOfInput : .interrupted
    }
    var line = Editline.text(UnsafeBufferPointer(start: characters, count: Int(length)))
    if line.hasSuffix("\n") { line.removeLast() }
    return .line(whole(line))
  }

  /// Turns the terminal to editing. libedit itself does that only after it has shown the prompt: a Ctrl-D typed in
  /// between would be lost to the terminal.
  func beginEditing() {
    clibedit_set_raw(editor, true)
    writeAll(configuration.output, Editline.pasteOn)
  }

  /// Turns the terminal back to what it was.
  func pauseEditing() {
    writeAll(configuration.output, Editline.pasteOff)
    clibedit_set_raw(editor, false)
  }

  /// The whole input, of which `line` is the line being edited.
  func whole(_ line: String) -> String { (entered + [line]).joined(separator: "\n") }

  /// Makes libedit draw the prompt of the line being edited.
  func usePrompt() {
    free(promptText)
    promptText = strdup((entered.isEmpty ? prompt : continuationPrompt).text)
  }

  /// The prompt of every line of an input but the first, which aligns the lines.
  var continuationPrompt: Prompt {
    let columns = prompt.visible.unicodeScalars.reduce(0) { $0 + max(Int(clibedit_width($1.value)), 0) }
    let dots = configuration.faint.map { Prompt.styled("...", $0) } ?? "..."
    return Prompt(String(repeating: " ", count: max(columns - 4, 0)) + dots + " ")
  }

  /// libedit's callback for one more character: 1 if there is one, 0 at the end.
  private func readCharacter(into character: UnsafeMutablePointer<Int32>?) -> Int32 {
    do throws(ByteInput.Failure) {
      character?.pointee = Int32(bitPattern: try input.scalar(wakings).value)
      return 1
    } catch {
      switch error {
      case .endOfInput: break
      case .hungUp: ending = .hungUp
      case .stopped(.interrupted):
        ending = .interrupted
        leaveBlock(showing: "^C")
      case .stopped(.closed):
        ending = .closed
        leaveBlock(showing: "")
      }
      return 0
    }
  }

  private func loadHistory() {
    guard let (version, entries) = history.changes(since: historyVersion) else { return }
    historyVersion = version
    clibedit_history_clear(libeditHistory)
    for entry in entries { clibedit_history_add(libeditHistory, Editline.characters(entry)) }
  }

  private static let pasteOn = "\u{1B}[?2004h"
  private static let pasteOff = "\u{1B}[?2004l"

  static func text(_ characters: UnsafeBufferPointer<UInt32>) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: characters.lazy.map { Unicode.Scalar($0) ?? "\u{FFFD}" })
    return text
  }

  /// `text` as libedit takes it, terminated by 0.
  static func characters(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) + [0] }
}
