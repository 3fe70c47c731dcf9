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
      // Dispatch's own sources for signals take effect a little later, and a signal that comes before is lost: a handler
      // of ours hands the number on through a pipe.
      let source = DispatchSource.makeReadSource(fileDescriptor: arrivals.reading, queue: .global())
      source.setEventHandler {
        var number: UInt8 = 0
        guard read(arrivals.reading, &number, 1) == 1, let meaning = Interruption(rawValue: Int32(number)) else {
          return
        }
        continuation.yield(meaning)
      }
      source.resume()
      for meaning in heard {
        signal(meaning.rawValue) { number in
          let code = errno
          var byte = UInt8(truncatingIfNeeded: number)
          _ = write(ProcessSignals.arrivals.writing, &byte, 1)
          errno = code
        }
      }
      continuation.onTermination = { _ in source.cancel() }
    }
  }

  /// A pipe for the numbers of signals, made before the first handler is set.
  private static let arrivals: (reading: Int32, writing: Int32) = {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return (-1, -1) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      // A handler must never wait.
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    return (ends[0], ends[1])
  }()

  /// Read before the first of them is set to be ignored by this process itself.
  private static let ignoredAtStart: Set<Int32> = Set(
    [SIGHUP, SIGINT, SIGTERM].filter { number in
      var action = sigaction()
      guard sigaction(number, nil, &action) == 0 else { return false }
      return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    })
}
