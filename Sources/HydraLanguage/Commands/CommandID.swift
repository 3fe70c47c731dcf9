/// The operation a command becomes. The raw value is what is typed: its noun, and its verb where it has one.
public enum CommandID: String, Sendable, CaseIterable {
  case clusterStart = "cluster start"
  case clusterDestroy = "cluster destroy"
  case clusterList = "cluster list"
  case clusterInspect = "cluster inspect"
  case clusterUse = "cluster use"
  case clusterConnect = "cluster connect"
  case clusterDisconnect = "cluster disconnect"
  case nodeAdd = "node add"
  case nodeList = "node list"
  case nodeInspect = "node inspect"
  case nodeRemove = "node remove"
  case nodeKill = "node kill"
  case nodeStart = "node start"
  case nodePause = "node pause"
  case nodeUnpause = "node unpause"
  case serviceAdd = "service add"
  case serviceList = "service list"
  case serviceInspect = "service inspect"
  case serviceRemove = "service remove"
  case migrate
  case state
  case watch
  case help
  case print
  case printError = "print_error"
  case sleep
  case history
  case save
  case source
  case time
  case exit
  case quit

  /// Whether it exists only in the shell.
  public var isForShell: Bool {
    switch self {
    case .history, .save, .source, .time, .exit, .quit: true
    default: false
    }
  }
}
