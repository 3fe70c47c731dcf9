public import HydraDiagnostics

/// A whole text, parsed. Every node of the tree has the range of the source it stands for.
public struct Script: Sendable {
  /// Its statements, in order.
  public var statements: [Statement]
  /// Its comments, in order, each without its line end.
  public var comments: [SourceRange]
  /// All of it.
  public var range: SourceRange
}

/// Statements in braces.
public struct Block: Sendable {
  /// Its statements, in order.
  public var statements: [Statement]
  /// From brace to brace.
  public var range: SourceRange
  /// The variables that a `set` in it changes, those of blocks within it among them.
  var assigned: [String] = []
}

/// A name that a statement introduces or refers to.
public struct Name: Sendable, Equatable {
  /// The name, without `$`.
  public var text: String
  /// Where it is in the source.
  public var range: SourceRange
}

/// One statement.
public struct Statement: Sendable {
  /// What it is.
  public var kind: Kind
  /// From its first byte to its last.
  public var range: SourceRange

  /// The kinds of statement.
  public enum Kind: Sendable {
    case command(CommandNode)
    indirect case expression(Expression)
    indirect case letName(Name, Expression)
    indirect case set(Place, Expression)
    indirect case ifElse([Branch], Block?)
    /// The first name of two is for the index or key.
    indirect case forIn(Name?, Name, Expression, Block)
    indirect case repeatTimes(Expression, Block)
    indirect case whileLoop(Expression, Block)
    /// Its statements run at the same time; only there may a block be a statement.
    indirect case parallel(Block)
    indirect case parallelFor(Name?, Name, Expression, Block)
    indirect case block(Block)
    /// The arguments that a script declares; the statements of the block are all of the kind below.
    indirect case args(Block)
    indirect case argument(Argument)
    case breakLoop
    case continueLoop
    indirect case def(Definition)
    indirect case returnValue(Expression?)
    indirect case fail(Expression)
    indirect case tryCatch(Block, Name?, Block)
    indirect case deferred(Block)
    indirect case include(Word)
    indirect case expect(Expectation)
    /// Reported already; kept so that the rest can be checked.
    case invalid
  }

  /// `name: type [= default] ["summary"]`, an argument that a script declares.
  public struct Argument: Sendable {
    /// Its name; with `--` in front it is an option.
    public var name: Name
    /// The name of its type.
    public var type: Name
    /// Its value when it is left out.
    public var defaultValue: Expression?
    /// One line of help, in quotes in the source.
    public var summary: Name?
    /// Whether a comma follows, which belongs to it.
    public var hasComma: Bool
  }

  /// What `set` changes: a variable, or a part of its value, however deep.
  public struct Place: Sendable {
    /// The variable.
    public var name: Name
    /// The way from its value to the part; empty for all of it.
    public var path: [Step]
    /// From the name to the last step.
    public var range: SourceRange

    /// One step into a value.
    public enum Step: Sendable {
      /// `.name`.
      case member(Name)
      /// `[expression]`.
      case index(Expression)
    }
  }

  /// `if` or `else if` with what it guards.
  public struct Branch: Sendable {
    /// The condition.
    public var condition: Expression
    /// Runs when it is true.
    public var block: Block
  }

  /// `def name(parameters) { … }`.
  public struct Definition: Sendable {
    /// Its name.
    public var name: Name
    /// Its parameters, in order.
    public var parameters: [Parameter]
    /// What it does.
    public var body: Block

    /// How many arguments it needs at least: those before the first default.
    var required: Int { parameters.prefix { $0.defaultValue == nil }.count }
  }

  /// A parameter of a definition; one with a default may be left out.
  public struct Parameter: Sendable {
    /// Its name.
    public var name: Name
    /// Its value when it is left out.
    public var defaultValue: Expression?
  }

  /// `expect E [within D] [, message]`, or `wait until E within D`.
  public struct Expectation: Sendable {
    /// Whether it was written `wait until`.
    public var isWait: Bool
    /// What is to be true.
    public var condition: Expression
    /// For how long it is watched; nil for once.
    public var within: Expression?
    /// What to say when it is not met.
    public var message: Expression?
  }
}

/// A command: its words as they stand. Which command it is, the table says.
public struct CommandNode: Sendable {
  /// Its words, at least one.
  public var words: [Word]
  /// From its first byte to its last.
  public var range: SourceRange
}

/// One word of a command: pieces of text and values, side by side.
public struct Word: Sendable {
  /// Its first piece. Nearly every word has no other, and then needs no array.
  var first: WordPart
  /// Its other pieces.
  var more: [WordPart] = []
  /// From its first byte to its last.
  public var range: SourceRange

  /// Its pieces, at least one.
  public var parts: [WordPart] { [first] + more }

  /// Whether it is the name of an option with its `=`, whose value is the next word.
  var joinsNext: Bool {
    if more.isEmpty, case .text(_, let name, _) = first { name.end < range.end } else { false }
  }

  /// The text of a word that has no values in it.
  public var literal: String? {
    if more.isEmpty {
      if case .text(let piece, _, _) = first { piece } else { nil }
    } else {
      joinedText
    }
  }

  private var joinedText: String? {
    guard case .text(var text, _, _) = first, more.allSatisfy(\.isText) else { return nil }
    for case .text(let piece, _, _) in more { text += piece }
    return text
  }

  /// Whether no part of it is quoted: only then is it an option or a keyword.
  public var isBare: Bool {
    !first.isQuotedText && !more.contains(where: \.isQuotedText)
  }

  /// The expression of a word that is one value and nothing else; it then keeps its type.
  public var soleValue: Expression? {
    guard more.isEmpty, case .value(let expression, let quoted) = first, !quoted else { return nil }
    return expression
  }
}

/// A piece of a word or of a quoted string.
public enum WordPart: Sendable {
  /// Text, and whether it stood in quotes.
  case text(String, SourceRange, quoted: Bool)
  /// `$name`, `${…}` or `$(…)`, and whether it stood in quotes.
  indirect case value(Expression, quoted: Bool)

  var isBareValue: Bool { if case .value(_, false) = self { true } else { false } }
  var isText: Bool { if case .text = self { true } else { false } }
  var isQuotedText: Bool { if case .text(_, _, true) = self { true } else { false } }
}

/// One expression.
public struct Expression: Sendable {
  /// What it is.
  public var kind: Kind
  /// From its first byte to its last.
  public var range: SourceRange
  /// Height of its tree; bounded, so that walking it can't exhaust the stack.
  var height: Int

  init(_ kind: Kind, _ range: SourceRange, height: Int = 1) {
    self.kind = kind
    self.range = range
    self.height = height
  }

  /// The kinds of expression.
  public enum Kind: Sendable {
    case literal(Value)
    case interpolated([WordPart])
    case variable(String)
    case list([Expression])
    case record([(Name, Expression)])
    /// A record with a key in brackets, `{[name]: 1}`; keys that are written out are literals here.
    case computedRecord([(Expression, Expression)])
    indirect case range(Expression, Expression)
    indirect case unary(UnaryOperator, Expression)
    indirect case binary(BinaryOperator, Expression, Expression)
    indirect case and(Expression, Expression)
    indirect case or(Expression, Expression)
    indirect case member(Expression, Name)
    indirect case index(Expression, Expression)
    indirect case call(Name, [Argument])
    indirect case command(CommandNode)
    /// Reported already.
    case invalid
  }

  /// An argument of a call.
  public enum Argument: Sendable {
    case value(Expression)
    /// A bare word: `service(hello1)`.
    case word(String, SourceRange)
    /// `x => expression`.
    case each(Name, Expression)

    /// The text that it is, when it is written out, and where.
    var text: (String, SourceRange)? {
      switch self {
      case .value(let expression): expression.text.map { ($0, expression.range) }
      case .word(let text, let range): (text, range)
      case .each: nil
      }
    }

    /// Where it is in the source.
    public var range: SourceRange {
      switch self {
      case .value(let expression): expression.range
      case .word(_, let range): range
      case .each(let name, let body): name.range.union(body.range)
      }
    }
  }
}

/// Operators before an operand.
public enum UnaryOperator: String, Sendable { case minus = "-", not }

/// Operators between two operands, both of which are always evaluated.
public enum BinaryOperator: String, Sendable, CaseIterable {
  case add = "+", subtract = "-", multiply = "*", divide = "/", remainder = "%"
  case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
  case contained = "in"

  /// Whether it compares, so that both sides are worth showing when it fails.
  public var isComparison: Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .remainder: false
    default: true
    }
  }
}
