/// What is known of a value before anything runs: the kinds it may be of, and what is in a list or record of that kind.
///
/// An operation is an error only when no combination of the kinds of its operands allows it, so that what is not known
/// never is one: ``any`` allows everything.
public struct ValueType: Sendable {
  /// Kinds of values, as a set.
  public struct Kinds: OptionSet, Sendable, Hashable {
    /// One bit a kind.
    public let rawValue: UInt16
    /// The kinds with these bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    static let null = Kinds(rawValue: 1)
    static let bool = Kinds(rawValue: 2)
    static let int = Kinds(rawValue: 4)
    static let float = Kinds(rawValue: 8)
    static let string = Kinds(rawValue: 16)
    static let duration = Kinds(rawValue: 32)
    static let size = Kinds(rawValue: 64)
    static let list = Kinds(rawValue: 128)
    static let record = Kinds(rawValue: 256)
    static let range = Kinds(rawValue: 512)
    static let time = Kinds(rawValue: 1024)
    static let all = Kinds(rawValue: 2047)
    static let number: Kinds = [.int, .float]

    /// Their names with the bits, in the order in which messages give them.
    static let names: [(Kinds, String)] = [
      (.int, "int"), (.float, "float"), (.string, "string"), (.bool, "bool"), (.duration, "duration"), (.size, "size"),
      (.time, "time"), (.list, "list"), (.record, "record"), (.range, "range"), (.null, "null"),
    ]
  }

  /// What is in a value, as far as it is known.
  final class Content: Sendable {
    /// What the elements of a list are.
    let element: ValueType?
    /// The fields of a record, all of them and in order.
    let fields: [Field]?
    /// The texts that a string may be.
    let words: [String]?

    init(element: ValueType? = nil, fields: [Field]? = nil, words: [String]? = nil) {
      self.element = element
      self.fields = fields
      self.words = words
    }
  }

  /// A field of a record.
  struct Field: Sendable {
    let key: String
    let type: ValueType
  }

  /// The kinds it may be of; never empty.
  let kinds: Kinds
  /// What is in it; nil when that is not known.
  let content: Content?
  /// The global variables that this knowledge relies on, as bits; see ``Compiler/unstable``.
  let relies: UInt64

  init(_ kinds: Kinds, _ content: Content? = nil, relies: UInt64 = 0) {
    self.kinds = kinds
    self.content = content
    self.relies = relies
  }

  /// Anything: nothing is known.
  public static let any = ValueType(.all)
  public static let null = ValueType(.null)
  public static let bool = ValueType(.bool)
  public static let int = ValueType(.int)
  public static let float = ValueType(.float)
  /// An int or a float.
  public static let number = ValueType(.number)
  public static let string = ValueType(.string)
  public static let duration = ValueType(.duration)
  public static let size = ValueType(.size)
  public static let time = ValueType(.time)
  public static let range = ValueType(.range)
  /// A list of anything.
  public static let list = ValueType(.list)
  /// A record with any fields.
  public static let record = ValueType(.record)
  /// A list or a range: what can be looped over.
  public static let sequence = ValueType([.list, .range])

  /// A list of such elements.
  public static func list(of element: ValueType) -> ValueType {
    ValueType(.list, element.kinds == .all ? nil : Content(element: element), relies: element.relies)
  }

  /// A record with these fields and no others.
  public static func record(_ fields: [(key: String, type: ValueType)]) -> ValueType {
    let relies = fields.reduce(UInt64(0)) { $0 | $1.type.relies }
    return ValueType(
      .record, Content(fields: fields.map { Field(key: $0.key, type: $0.type) }), relies: relies)
  }

  /// One of these texts.
  public static func word(_ words: [String]) -> ValueType { ValueType(.string, Content(words: words)) }

  /// Such a value, or null.
  public var orNull: ValueType { ValueType(kinds.union(.null), content, relies: relies) }

  /// A value of either type.
  public static func | (left: ValueType, right: ValueType) -> ValueType {
    let kinds = left.kinds.union(right.kinds)
    let relies = left.relies | right.relies
    // Of what only one side can be, the other side's knowledge holds.
    let inner: Kinds = [.list, .record, .string]
    if right.kinds.isDisjoint(with: inner) { return ValueType(kinds, left.content, relies: relies) }
    if left.kinds.isDisjoint(with: inner) { return ValueType(kinds, right.content, relies: relies) }
    func one<T>(_ kind: Kinds, _ part: (Content) -> T?, _ both: (T, T) -> T?) -> T? {
      let ofLeft = left.kinds.contains(kind)
      let ofRight = right.kinds.contains(kind)
      let (a, b) = (left.content.flatMap(part), right.content.flatMap(part))
      if ofLeft, ofRight { if let a, let b { return both(a, b) } else { return nil } }
      return ofLeft ? a : ofRight ? b : nil
    }
    let content = Content(
      element: one(.list, { $0.element }, { $0 | $1 }),
      fields: one(.record, { $0.fields }, { $0.map(\.key) == $1.map(\.key) ? merged($0, $1) : nil }),
      words: one(.string, { $0.words }, { $0 == $1 ? $0 : $0 + $1 }))
    return ValueType(kinds, content, relies: relies)
  }

  private static func merged(_ left: [Field], _ right: [Field]) -> [Field] {
    zip(left, right).map { Field(key: $0.key, type: $0.type | $1.type) }
  }

  /// What is known of a value that is written out.
  public init(of value: Value) {
    switch value {
    case .null: self = .null
    case .bool: self = .bool
    case .int: self = .int
    case .float: self = .float
    case .string: self = .string
    case .duration: self = .duration
    case .time: self = .time
    case .size: self = .size
    case .list: self = .list
    case .record: self = .record
    case .range: self = .range
    }
  }

  /// The same, relying on more.
  func relying(on more: UInt64) -> ValueType {
    more & ~relies == 0 ? self : ValueType(kinds, content, relies: relies | more)
  }

  /// Whether it may be of one of `kinds`.
  func may(be kinds: Kinds) -> Bool { !self.kinds.isDisjoint(with: kinds) }

  /// The same without the kinds `less`; nil when nothing is left.
  func without(_ less: Kinds) -> ValueType? {
    let rest = kinds.subtracting(less)
    return rest.isEmpty ? nil : ValueType(rest, content, relies: relies)
  }

  /// What one gets of it in a loop.
  var element: ValueType {
    let ofList = content?.element ?? .any
    if kinds == .range { return ValueType(.int, relies: relies) }
    return (kinds.contains(.range) ? ofList | .int : ofList).relying(on: relies)
  }

  /// What messages call it: "an int", "a string or null".
  var article: String {
    if kinds == .all { return "any value" }
    let names = Kinds.names.filter { kinds.contains($0.0) }.map { kind, name in
      kind == .null ? name : (kind == .int ? "an " : "a ") + name
    }
    return Wording.choice(names)
  }

  /// What messages call several: "strings".
  var plural: String {
    Wording.choice(Kinds.names.filter { kinds.contains($0.0) }.map { $0.0 == .null ? $0.1 : $0.1 + "s" })
  }
}
