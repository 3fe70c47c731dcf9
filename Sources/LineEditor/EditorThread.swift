import CLibedit
import Glibc

/// The thread that makes every call of libedit.
struct EditorThread: Sendable {
  let configuration: LineEditor.Configuration
  let mailbox: Mailbox
  let history: History
  let assistance: LineAssistance

  /// Starts the thread; it ends when the mailbox is closed.
  static func start(_ body: EditorThread) throws {
    final class Box {
      let body: EditorThread
      init(_ body: EditorThread) { self.body = body }
    }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    let result = pthread_create(
      &thread, &attributes,
      { argument in
        if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body.run() }
        return nil
      }, box.toOpaque())
    guard result == 0 else {
      box.release()
      throw LineEditorError("pthread_create", result)
    }
  }

  private func run() {
    // Threads of Dispatch block signals, and a thread started by one of them inherits that.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGWINCH)
    sigaddset(&signals, SIGCONT)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    let reader = makeReader()
    defer {
      reader.end()
      mailbox.ended()
    }
    while true {
      switch mailbox.nextWork() {
      case .read(let request):
        let input = reader.read(prompt: request.prompt())
        mailbox.finished()
        request.continuation.resume(returning: input)
      case .show(let notices):
        for notice in notices { writeAll(configuration.output, notice + "\n") }
      case .end(let requests):
        for request in requests { request.continuation.resume(returning: .endOfInput) }
        return
      case nil:
        mailbox.sleep()
      }
    }
  }

  private func makeReader() -> any LineReader {
    if configuration.isInteractive, clibedit_use_utf8(),
      let editline = Editline(
        configuration: configuration, mailbox: mailbox, history: history, assistance: assistance)
    {
      if editline.isWanted { return editline }
      editline.end()
    }
    return PlainReader(configuration: configuration, mailbox: mailbox, assistance: assistance)
  }
}

/// A way to read inputs, used on the editor's thread alone.
protocol LineReader: AnyObject {
  func read(prompt: Prompt) -> LineInput
  func end()
}

/// Writes all of `text`, in as many calls as that takes; what a closed terminal refuses is lost.
func writeAll(_ descriptor: Int32, _ text: String) {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno != EINTR { return }
    bytes = bytes.dropFirst(max(count, 0))
  }
}
