public import HydraDiagnostics

/// A checked and compiled text: typed calls and control flow, variables in slots, no names left to look up.
public struct Program: Sendable {
  /// What runs first.
  public let main: Function
  /// The definitions, by number; those of earlier inputs of a session come first.
  public let functions: [Function]
  /// Commands, by number; their operands are computed before each call.
  public let commands: [CommandTemplate]
  /// Expectations, by number.
  public let expectations: [ExpectationTemplate]
  /// Constants, by number.
  public let constants: [Value]
  /// Names of members and records, by number.
  public let names: [String]
  /// Shapes of records, by number: their keys.
  public let shapes: [[String]]
  /// How many global slots it needs.
  public let globalCount: Int
  /// Names of the global slots, for messages.
  public let globalNames: [String]

  /// A sequence of operations with its own local slots. By reference: calls pass it on.
  public final class Function: Sendable {
    /// Its name in chains of calls.
    public let name: String
    /// Its operations.
    public let code: [Op]
    /// The source of each operation.
    public let ranges: [SourceRange]
    /// How many local slots it needs; its parameters are the first.
    public let localCount: Int
    /// Where it starts for each number of arguments, from the least allowed on: defaults of the others are computed first.
    public let entries: [Int]
    /// How many arguments it needs at least.
    public let required: Int
    /// How many parameters it has.
    public let parameterCount: Int

    init(
      name: String, code: [Op], ranges: [SourceRange], localCount: Int, entries: [Int], required: Int,
      parameterCount: Int
    ) {
      self.name = name
      self.code = code
      self.ranges = ranges
      self.localCount = localCount
      self.entries = entries
      self.required = required
      self.parameterCount = parameterCount
    }
  }

  /// A command whose words are sorted and, where they are literal, coerced and validated.
  public struct CommandTemplate: Sendable {
    /// Which command.
    public let spec: CommandSpec
    /// Its given arguments and options, in order.
    public let arguments: [Argument]
    /// The words that name it.
    public let head: SourceRange
    /// How many arguments are operands.
    public let operandCount: Int

    /// One given value.
    public struct Argument: Sendable {
      /// Which parameter it is for.
      public let parameter: ParameterSpec
      /// Its value; nil when it is the next operand.
      public let constant: Value?
      /// Where it is in the source.
      public let range: SourceRange
    }
  }

  /// An `expect` or `wait`.
  public struct ExpectationTemplate: Sendable {
    /// Whether it was written `wait until`.
    public let isWait: Bool
    /// Its condition in source.
    public let condition: SourceRange
    /// The condition's text.
    public let text: String
    /// The comparison it is, so that both sides can be shown; nil for another expression.
    public let comparison: BinaryOperator?
    /// Whether it depends on something that no event reports (`http`, `now`), and must be evaluated often.
    public let polls: Bool
  }
}

/// One operation of the stack machine. Payloads are numbers of slots, of constants or of operations, so that an operation
/// stays within twelve bytes.
public enum Op: Sendable, Equatable {
  // Values
  case constant(Int32)
  case null
  case bool(Bool)
  case int(Int32)
  case pop
  case loadLocal(Int32)
  case storeLocal(Int32)
  case loadGlobal(Int32)
  case storeGlobal(Int32)
  case makeList(Int32)
  case makeRecord(shape: Int32)
  /// Takes so many pairs of a key and a value.
  case makeComputedRecord(Int32)
  case makeRange
  case interpolate(Int32)
  /// As ``interpolate(_:)``, for a bare word: lists and records don't become part of one.
  case joinWord(Int32)
  case member(name: Int32)
  case index
  case negate
  case not
  /// Leaves what the operator makes of both operands, which it takes when they are on the stack.
  case binary(left: Operand, right: Operand, BinaryOperator)

  // Control flow
  case jump(Int32)
  /// A jump backwards: here a loop can be interrupted.
  case loop(Int32)
  case jumpIfFalse(Int32)
  case jumpIfTrue(Int32)
  /// Leaves the value for `and`, or takes it and continues.
  case jumpIfFalseKeeping(Int32)
  /// Leaves the value for `or`, or takes it and continues.
  case jumpIfTrueKeeping(Int32)
  /// Takes what is to be walked over; slot and the next one hold it and the place in it. A record is walked over in pairs
  /// only.
  case forPrepare(Int32, pairs: Bool)
  /// Gives the next element, or jumps at the end.
  case forNext(slot: Int32, end: Int32)
  /// Gives the index or key of the element that was given last.
  case forIndex(slot: Int32)
  case repeatPrepare(Int32)
  case repeatNext(slot: Int32, end: Int32)
  case append(slot: Int32)
  case appendGlobal(slot: Int32)
  /// Takes a value and the steps to the part of a variable that it becomes, or that it is appended to.
  case assign(slot: Int32, Assignment)
  case assignGlobal(slot: Int32, Assignment)
  case increment(slot: Int32)
  case call(function: Int32, arguments: Int32)
  case library(FunctionID, arguments: UInt8)
  /// Takes what was walked over and the list of keys of its elements.
  case byKey(EachID)
  case returnValue
  /// End of the main function.
  case end

  // Branches: see `Compiler+Parallel.swift`
  case branch(next: Int32)
  case endBranch
  case join

  // Ways out
  /// Takes the message of a failure and raises it.
  case fail
  case pushCatch(Int32)
  case pushDefer(Int32)
  case endDefer
  /// Runs what is to be run on leaving, until so many entries of this function are left.
  case unwind(Int32)

  // Outside
  case query(QueryID, arguments: UInt8)
  case command(Int32, shows: Bool)
  /// Ends the program with the status that the command is given.
  case exit(Int32)
  /// Shows the value of an expression statement.
  case show

  // Expectations: see `Compiler+Expectations.swift`
  case expectBegin(Int32)
  case guardAbsent(Int32)
  case unguard
  case expectCheck(Int32, again: Int32)
  case expectAbsent(Int32, again: Int32)
  case expectFail(Int32)
  case expectEnd
  case watchBegin(Int32)
  case watchNext(over: Int32)
  case watchEnd(Int32, over: Bool)
}

/// How a part of a variable is changed in place.
public struct Assignment: Sendable, Equatable {
  /// How many steps there are from the variable's value to the part, at least one.
  public let steps: UInt16
  /// Whether the value is appended to the list that the part is.
  public let appends: Bool
}

/// Where an operator finds one of its operands. What is plainly at hand needs no operation of its own to be loaded.
@frozen public struct Operand: Sendable, Equatable {
  /// Two bits of place, the others are its payload.
  @usableFromInline let bits: Int32

  private init(_ place: Int32, _ payload: Int32) { bits = payload << 2 | place }

  /// On the stack; of two such operands the right one is on top.
  public static let stack = Operand(0, 0)
  /// A local slot; nil when its number is too large.
  static func local(_ slot: Int) -> Operand? { fitting(1, slot) }
  /// A global slot that surely has a value; nil when its number is too large.
  static func global(_ slot: Int) -> Operand? { fitting(2, slot) }
  /// An integer; nil when it is too large.
  static func int(_ number: Int) -> Operand? { fitting(3, number) }

  private static func fitting(_ place: Int32, _ payload: Int) -> Operand? {
    (-(1 << 29)..<(1 << 29)).contains(payload) ? Operand(place, Int32(payload)) : nil
  }

  /// Where an operand is.
  @frozen public enum Place: Sendable {
    case stack
    case local(Int)
    case global(Int)
    case int(Int)
  }

  /// Where it is.
  @inlinable public var place: Place {
    let payload = Int(bits >> 2)
    switch bits & 3 {
    case 0: return .stack
    case 1: return .local(payload)
    case 2: return .global(payload)
    default: return .int(payload)
    }
  }
}
