import CLibedit
import Glibc

/// An editor of libedit's on a terminal. Lives on the editor's thread: libedit is neither shared nor re-entered.
final class Editline: LineReader {
  let editor: OpaquePointer
  let configuration: LineEditor.Configuration
  let mailbox: Mailbox
  let assistance: LineAssistance
  let input: ByteInput
  let history: History
  private let libeditHistory: OpaquePointer
  private let streams: (in: UnsafeMutablePointer<FILE>, out: UnsafeMutablePointer<FILE>)
  private var historyVersion: Int?

  /// The prompt of the line being read; its C text lives until the next one.
  var prompt = Prompt("")
  private var promptText: UnsafeMutablePointer<CChar>?
  /// Set by what ends a line other than Enter.
  var stop: Mailbox.Stop?
  /// Where Up and Down are; nil before the first of them.
  var recalled: Recall?
  /// The line and the cursor at the last Escape among vi's commands.
  var escaped: (text: String, cursor: Int)?

  /// A walk through the history.
  struct Recall {
    /// The entry shown; the number of entries for what was typed.
    var index: Int
    /// What was typed before the walk; entries begin with it.
    let typed: String
    /// What the walk put into the line; anything else there ends it.
    var shown: String
  }

  /// Nil when there is no memory or no descriptor for it.
  init?(
    configuration: LineEditor.Configuration, mailbox: Mailbox, history: History, assistance: LineAssistance
  ) {
    // libedit wants streams, and closes neither; copies, so that closing ours leaves the caller's descriptors open.
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
    clibedit_guard_terminal(configuration.input)
    clibedit_watch_window(mailbox.signals)
    clibedit_use_history(editor, libeditHistory)
    clibedit_set_prompt(editor, { Editline.from($0)?.promptText }, 1)
    clibedit_set_read(editor) { Editline.from($0)?.readCharacter(into: $1) ?? -1 }
    bindKeys()
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
    setPrompt(prompt)
    stop = nil
    recalled = nil
    escaped = nil
    // The window may have changed while no line was read.
    mailbox.drain(mailbox.signals)
    clibedit_resize(editor)
    // libedit itself turns raw only after it has shown the prompt: a Ctrl-D typed in between would be lost to the terminal.
    clibedit_set_raw(editor, true)
    writeAll(configuration.output, Editline.pasteOn)
    var length: Int32 = 0
    let characters = clibedit_read_line(editor, &length)
    writeAll(configuration.output, Editline.pasteOff)
    switch stop {
    case .interrupted: return .interrupted
    case .closed:
      writeAll(configuration.output, "\n")
      return .endOfInput
    case nil: break
    }
    guard let characters, length >= 0 else {
      writeAll(configuration.output, "\n")
      return .endOfInput
    }
    return .line(Editline.text(UnsafeBufferPointer(start: characters, count: Int(length))))
  }

  func setPrompt(_ prompt: Prompt) {
    self.prompt = prompt
    free(promptText)
    promptText = strdup(prompt.text)
  }

  /// libedit's callback for one more character: 1 when there is one, 0 at the end.
  private func readCharacter(into character: UnsafeMutablePointer<Int32>?) -> Int32 {
    do throws(ByteInput.Failure) {
      character?.pointee = Int32(bitPattern: try input.scalar(wakings).value)
      return 1
    } catch {
      if case .stopped(let reason) = error {
        stop = reason
        leaveBlock(showing: reason == .interrupted ? "^C" : "")
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

  /// `text` as libedit takes it, ended by 0.
  static func characters(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) + [0] }
}
