import Glibc

/// Reads lines where there is nothing to edit on: a pipe, a file, a dumb terminal.
final class PlainReader: LineReader {
  private let configuration: LineEditor.Configuration
  private let mailbox: Mailbox
  private let assistance: LineAssistance
  private let input: ByteInput
  private let showsPrompt: Bool

  init(configuration: LineEditor.Configuration, mailbox: Mailbox, assistance: LineAssistance) {
    self.configuration = configuration
    self.mailbox = mailbox
    self.assistance = assistance
    input = ByteInput(descriptor: configuration.input, mailbox: mailbox)
    showsPrompt = isatty(configuration.input) == 1 && isatty(configuration.output) == 1
  }

  func end() {}

  func read(prompt: Prompt) -> LineInput {
    input.reopen()
    if showsPrompt { writeAll(configuration.output, prompt.visible) }
    var bytes: [UInt8] = []
    do throws(ByteInput.Failure) {
      while true {
        let byte = try input.byte(wakings)
        guard byte == UInt8(ascii: "\n") else {
          bytes.append(byte)
          continue
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if assistance.isComplete(text) { return .line(text) }
        bytes.append(byte)
        if showsPrompt { writeAll(configuration.output, "... ") }
      }
    } catch {
      if showsPrompt { writeAll(configuration.output, "\n") }
      switch error {
      // A last line need not be ended.
      case .endOfInput: return bytes.isEmpty ? .endOfInput : .line(String(decoding: bytes, as: UTF8.self))
      case .hungUp: return .hungUp
      case .stopped(.interrupted): return .interrupted
      case .stopped(.closed): return .endOfInput
      }
    }
  }

  private var wakings: ByteInput.Wakings {
    ByteInput.Wakings(
      news: { [mailbox, configuration] () throws(ByteInput.Failure) in
        let news = mailbox.news()
        for notice in news.notices { writeAll(configuration.output, notice + "\n") }
        if let stop = news.stop { throw .stopped(stop) }
      }, signal: {})
  }
}
