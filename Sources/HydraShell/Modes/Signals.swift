@preconcurrency import Dispatch
import Glibc

/// A wish of somebody outside that the tool end what it does.
public enum Interruption: Int32, Sendable {
  /// Ctrl-C.
  case interrupt = 2
  /// `kill`, or a closed terminal.
  case terminate = 15

  /// The exit status of a run that ended through it.
  var exitStatus: Int32 { self == .interrupt ? 130 : 143 }
}

/// The signals of the process as a stream.
public enum ProcessSignals {
  /// SIGINT, and SIGTERM or SIGHUP, from now on; they no longer end the process by themselves. A reader of our output that
  /// goes away is no signal either, so that a script still undoes what it did.
  public static func interruptions() -> AsyncStream<Interruption> {
    signal(SIGPIPE, SIG_IGN)
    return AsyncStream { continuation in
      let sources = [(SIGINT, Interruption.interrupt), (SIGTERM, .terminate), (SIGHUP, .terminate)].map {
        number, meaning in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { continuation.yield(meaning) }
        source.resume()
        return source
      }
      continuation.onTermination = { _ in for source in sources { source.cancel() } }
    }
  }
}
