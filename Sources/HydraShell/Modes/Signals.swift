@preconcurrency import Dispatch
import Glibc
import LineEditor

/// A request from outside that the tool end what it does.
public enum Interruption: Int32, Sendable {
  /// The terminal was closed.
  case hangUp = 1
  /// Ctrl-C.
  case interrupt = 2
  /// `kill`.
  case terminate = 15

  /// The exit status of a run that it ends: as a shell reports a process that the signal killed.
  var exitStatus: Int32 { 128 + rawValue }

  /// Whether it ends the tool, and not just the command that runs.
  var endsShell: Bool { self != .interrupt }
}

/// The signals of the process as a stream.
public enum ProcessSignals {
  /// SIGINT, SIGTERM and SIGHUP from now on; they no longer end the process by themselves. Those that were ignored when the
  /// process started stay ignored: `nohup` asks for that, and shells do in background jobs without job control. A reader
  /// of the output that goes away is no signal either, so that a script still undoes what it did.
  public static func interruptions() -> AsyncStream<Interruption> {
    let heard = [Interruption.hangUp, .interrupt, .terminate].filter { !ignoredAtStart.contains($0.rawValue) }
    signal(SIGPIPE, SIG_IGN)
    TerminalStop.watch()
    return AsyncStream { continuation in
      let sources = heard.map { meaning in
        signal(meaning.rawValue, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: meaning.rawValue, queue: .global())
        source.setEventHandler { continuation.yield(meaning) }
        source.resume()
        return source
      }
      continuation.onTermination = { _ in for source in sources { source.cancel() } }
    }
  }

  /// Read before the first of them is set to be ignored by this process itself.
  private static let ignoredAtStart: Set<Int32> = Set(
    [SIGHUP, SIGINT, SIGTERM].filter { number in
      var action = sigaction()
      guard sigaction(number, nil, &action) == 0 else { return false }
      return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    })
}
