import CLibedit

/// Ctrl-Z and what else stops the process for a while.
public enum TerminalStop {
  /// From now on every terminal is restored before the process stops, unless stops are ignored.
  public static func watch() { clibedit_catch_stop() }

  /// How often the process has continued after a stop: what was drawn before is then no longer where it was.
  public static var count: Int { Int(clibedit_continuations()) }

  /// From now on `leave` is written to `descriptor` before a stop, and `enter` when the process continues: what switches
  /// to another screen of the terminal and back. The texts are kept for as long as the process runs.
  public static func onStop(descriptor: Int32, leave: StaticString, enter: StaticString) {
    clibedit_set_stop_texts(descriptor, chars(leave), chars(enter))
  }

  /// Undoes ``onStop(descriptor:leave:enter:)``.
  public static func onStopNothing() { clibedit_set_stop_texts(-1, nil, nil) }

  private static func chars(_ text: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
  }
}
