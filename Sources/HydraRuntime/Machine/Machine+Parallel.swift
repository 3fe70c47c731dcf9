import HydraLanguage

extension Machine {
  /// Notes the branch that begins behind the running operation: a machine that sees the variables as they are now and has
  /// nothing else of this one. Values are not shared, so whatever it does there changes nothing here.
  mutating func addBranch() throws(Problem) {
    guard branches.count < Limits.branches else {
      throw Problem("more than \(Limits.branches) branches run at the same time", code: "limit")
    }
    var branch = self
    branch.outerCalls = calls
    branch.locals = Array(locals[frame.base...])
    branch.frame = Frame(function: frame.function, pc: frame.pc + 1, base: 0, unwindBase: 0)
    branch.stack = []
    branch.frames = []
    branch.unwinds = []
    branch.watches = []
    branch.branches = []
    branches.append(branch)
  }

  /// Lets the noted branches run; nil when there are none.
  mutating func joinBranches() -> Step? {
    guard !branches.isEmpty else { return nil }
    defer { branches = [] }
    return .effect(.parallel(branches))
  }
}
