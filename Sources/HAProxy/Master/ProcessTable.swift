/// The processes of an HAProxy in master-worker mode: `show proc` of the master's socket.
public struct ProcessTable: Sendable, Equatable {
  /// The master's process id.
  public var master: Int
  /// Number of reloads of the master.
  public var reloads: Int
  /// How many reloads failed since the last that did not (2.6 and later tell).
  public var failedReloads: Int
  /// Process ids of the workers that take new connections: one.
  public var workers: [Int]
  /// Process ids of the workers that only end what they began.
  public var oldWorkers: [Int]

  package init(_ text: String) throws(HAProxyError) {
    var master: (pid: Int, reloads: Int, failed: Int)?
    workers = []
    oldWorkers = []
    var isOld = false
    for line in text.split(separator: "\n") {
      if line.hasPrefix("# old workers") { isOld = true }
      if line.hasPrefix("# workers") || line.hasPrefix("# programs") { isOld = false }
      // `23116 master 1 [failed: 0] 0d00h00m30s 2.6.12`, and without the brackets for workers.
      let words = line.split { $0 == " " || $0 == "\t" }
      guard words.count >= 3, let pid = Int(words[0]), let reloads = Int(words[2]) else { continue }
      switch words[1] {
      case "master":
        let failed =
          words.dropFirst(3).first == "[failed:" ? words.dropFirst(4).first.flatMap { Int($0.dropLast()) } : 0
        master = (pid, reloads, failed ?? 0)
      case "worker" where isOld: oldWorkers.append(pid)
      case "worker": workers.append(pid)
      default: break
      }
    }
    guard let master else { throw .malformed("show proc", "it has no master") }
    self.master = master.pid
    reloads = master.reloads
    failedReloads = master.failed
  }
}
