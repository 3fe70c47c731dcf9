import HydraDiagnostics

extension Compiler {
  /// ```
  ///       branch next: B2        notes a machine of its own that begins behind it, and jumps
  ///       <first branch>
  ///       endBranch
  /// B2:   branch next: J
  ///       <second branch>
  ///       endBranch
  /// J:    join                   runs what was noted at the same time, and waits for all
  /// ```
  mutating func compileParallel(_ block: Block, _ range: SourceRange) {
    for statement in block.statements {
      switch statement.kind {
      case .letName: report(.lostInParallel("let"), statement.range)
      case .deferred: report(.lostInParallel("defer"), statement.range)
      default: break
      }
      compileBranch(scopes: builder.scopes.count, statement.range) { $0.compile(next: statement) }
    }
    builder.emit(.join, range)
  }

  /// The same for each element: a loop that notes a branch in each turn.
  mutating func compileParallelFor(
    _ index: Name?, _ name: Name, _ sequence: Expression, _ block: Block, _ range: SourceRange
  ) {
    let mark = builder.localMark
    let scopes = builder.scopes.count
    let (start, next) = compileForHead(index, name, sequence, block)
    // The names of the loop are the branch's own.
    compileBranch(scopes: scopes, block.range) { $0.compile(block: block) }
    builder.emit(.loop(Int32(start)), block.range.endPoint)
    builder.patch(next)
    builder.scopes.removeLast()
    builder.releaseLocals(to: mark)
    builder.emit(.join, range)
  }

  /// A branch is left at its end or by a failure, and runs what it defers itself.
  private mutating func compileBranch(scopes: Int, _ range: SourceRange, _ body: (inout Self) -> Void) {
    let next = builder.emit(.branch(next: 0), range)
    let outer = (builder.unwindDepth, builder.loops, builder.branchScopes)
    (builder.unwindDepth, builder.loops, builder.branchScopes) = (0, [], scopes)
    let mark = builder.localMark
    builder.scopes.append([:])
    body(&self)
    closeScope(depth: 0, mark: mark, at: range.endPoint)
    builder.emit(.endBranch, range.endPoint)
    (builder.unwindDepth, builder.loops, builder.branchScopes) = outer
    builder.patch(next)
  }

  /// A definition that is called in a branch changes no variable outside of it either, nor does what it calls.
  mutating func reportChangesInBranches() {
    for (name, function) in branchCalls {
      guard let variable = globalChanged(by: function) else { continue }
      report(.changesInParallel(function: name.text, variable: environment.globalNames[variable]), name.range)
    }
  }

  private func globalChanged(by function: Int) -> Int? {
    var seen: Set<Int> = []
    var waiting = [function]
    while let number = waiting.popLast() {
      guard seen.insert(number).inserted else { continue }
      for op in environment.functions[number].code {
        switch op {
        case .storeGlobal(let slot), .appendGlobal(let slot), .assignGlobal(let slot, _): return Int(slot)
        case .call(let called, _): waiting.append(Int(called))
        default: break
        }
      }
    }
    return nil
  }
}
