import HydraDiagnostics

/// The function that is being compiled: its operations, its scopes, and the ways out of them.
struct FunctionBuilder {
  /// A loop that is being compiled.
  struct Loop {
    let unwindDepth: Int
    let continueTarget: Int
    var breaks: [Int] = []
  }

  let name: String
  let isMain: Bool
  private(set) var code: [Op] = []
  private(set) var ranges: [SourceRange] = []
  var scopes: [[String: Slot]] = [[:]]
  var loops: [Loop] = []
  /// Entries that are on the machine's unwind stack at this point, those of the running defer included.
  var unwindDepth = 0
  /// Bodies of `defer` around this point: a jump or return must not leave one.
  var deferBodies = 0
  /// How many scopes there are around the innermost branch of a `parallel`, which may only read what is in them; nil
  /// outside of one.
  var branchScopes: Int?
  /// The statement after which this point cannot be reached.
  var unreachableAfter: String?
  /// What is known of the local variables here, by slot; of a slot that is not there, nothing.
  var localTypes: [ValueType] = []
  private var nextLocal = 0
  private(set) var localCount = 0

  init(name: String, isMain: Bool) {
    self.name = name
    self.isMain = isMain
  }

  var position: Int { code.count }

  /// Makes room for the code of `bytes` of text at once: most texts have an operation to some eight bytes.
  mutating func reserve(forText bytes: Int) {
    code.reserveCapacity(code.count + bytes / 8)
    ranges.reserveCapacity(ranges.count + bytes / 8)
  }

  @discardableResult mutating func emit(_ op: Op, _ range: SourceRange) -> Int {
    code.append(op)
    ranges.append(range)
    return code.count - 1
  }

  /// Points the jump at `index` to here.
  mutating func patch(_ index: Int) { patch(index, to: code.count) }

  mutating func patch(_ index: Int, to target: Int) {
    let target = Int32(target)
    switch code[index] {
    case .jump: code[index] = .jump(target)
    case .jumpIfFalse: code[index] = .jumpIfFalse(target)
    case .jumpIfTrue: code[index] = .jumpIfTrue(target)
    case .jumpIfFalseKeeping: code[index] = .jumpIfFalseKeeping(target)
    case .jumpIfTrueKeeping: code[index] = .jumpIfTrueKeeping(target)
    case .forNext(let slot, _): code[index] = .forNext(slot: slot, end: target)
    case .repeatNext(let slot, _): code[index] = .repeatNext(slot: slot, end: target)
    case .pushCatch: code[index] = .pushCatch(target)
    case .pushDefer: code[index] = .pushDefer(target)
    case .guardAbsent: code[index] = .guardAbsent(target)
    case .branch: code[index] = .branch(next: target)
    case .watchNext: code[index] = .watchNext(over: target)
    default: preconditionFailure("operation \(index) is not a jump")
    }
  }

  /// A local slot; released when the scope ends.
  mutating func newLocal() -> Int32 {
    nextLocal += 1
    localCount = max(localCount, nextLocal)
    return Int32(nextLocal - 1)
  }

  mutating func declareLocal(_ name: String, _ type: ValueType = .any) -> Int32 {
    let slot = newLocal()
    setType(ofLocal: Int(slot), type)
    scopes[scopes.count - 1][name] = .local(Int(slot))
    return slot
  }

  /// What is known of the variable in local slot `slot`.
  func type(ofLocal slot: Int) -> ValueType { slot < localTypes.count ? localTypes[slot] : .any }

  mutating func setType(ofLocal slot: Int, _ type: ValueType) {
    while localTypes.count <= slot { localTypes.append(.any) }
    localTypes[slot] = type
  }

  func local(_ name: String) -> Slot? {
    for scope in scopes.reversed() { if let slot = scope[name] { return slot } }
    return nil
  }

  /// Whether a branch of a `parallel` runs here and `name` is not its own variable.
  func isOutsideBranch(_ name: String) -> Bool {
    guard let branchScopes else { return false }
    return !scopes[branchScopes...].contains { $0[name] != nil }
  }

  /// Slots in use so far, to be released with ``releaseLocals(to:)``.
  var localMark: Int { nextLocal }
  mutating func releaseLocals(to mark: Int) { nextLocal = mark }

  func build(required: Int = 0, parameterCount: Int = 0, entries: [Int] = [0]) -> Program.Function {
    Program.Function(
      name: name, code: code, ranges: ranges, localCount: localCount, entries: entries, required: required,
      parameterCount: parameterCount)
  }
}
