/// A value of the language.
public enum Value: Sendable, Equatable {
  case null
  case bool(Bool)
  case int(Int)
  case float(Double)
  case string(String)
  /// A length of time in nanoseconds: 64 bits reach 292 years.
  case duration(Int)
  /// A point in time, in nanoseconds since 1970-01-01T00:00:00Z: 64 bits reach from 1677 to 2262.
  case time(Int)
  /// A number of bytes.
  case size(Int)
  case list([Value])
  case record(Record)
  /// Whole numbers from the first to the second, both included.
  case range(Int, Int)

  /// The name of its type, as messages say it.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .string: "string"
    case .duration: "duration"
    case .time: "time"
    case .size: "size"
    case .list: "list"
    case .record: "record"
    case .range: "range"
    }
  }

  /// Whether `and` and `or` take it as true: everything but `false` and `null`. Conditions are stricter; see ``isCondition``.
  @inlinable public var isTrue: Bool {
    switch self {
    case .null: false
    case .bool(let value): value
    default: true
    }
  }
}

extension Value {
  /// A length of time. Rounded to nanoseconds, held within what 64 bits reach.
  public init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let (product, overflow) = Int(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else {
      self = .duration(seconds < 0 ? .min : .max)
      return
    }
    let (sum, carry) = product.addingReportingOverflow(Int(attoseconds / 1_000_000_000))
    self = .duration(carry ? (seconds < 0 ? .min : .max) : sum)
  }

  /// The length of time, when it is one.
  public var asDuration: Duration? {
    if case .duration(let nanoseconds) = self { .nanoseconds(nanoseconds) } else { nil }
  }

  /// A string, or null.
  public init(_ text: String?) { self = text.map(Value.string) ?? .null }
  /// An int, or null.
  public init(_ number: Int?) { self = number.map(Value.int) ?? .null }
  /// A float, or null.
  public init(_ number: Double?) { self = number.map(Value.float) ?? .null }
}

/// Named values in a fixed order, which is the order they are shown in.
///
/// Found by walking: records here are short (the longest of the model has eleven keys), and a walk over them is
/// quicker than a hash.
public struct Record: Sendable, Equatable {
  /// The names, in order; each once.
  public private(set) var keys: [String]
  /// The values, in the order of ``keys``.
  public private(set) var values: [Value]

  /// A record of these pairs; of two with the same name the later value stands in the earlier place.
  public init(_ pairs: [(String, Value)] = []) {
    keys = []
    values = []
    keys.reserveCapacity(pairs.count)
    values.reserveCapacity(pairs.count)
    for (key, value) in pairs { self[key] = value }
  }

  /// A record of `keys`, each of which stands there once, and their values.
  public init(unique keys: [String], _ values: [Value]) {
    precondition(keys.count == values.count, "as many keys as values")
    self.keys = keys
    self.values = values
  }

  /// The value named `key`; setting nil removes it.
  public subscript(key: String) -> Value? {
    get { index(of: key).map { values[$0] } }
    set {
      switch (index(of: key), newValue) {
      case (let index?, let value?): values[index] = value
      case (let index?, nil):
        keys.remove(at: index)
        values.remove(at: index)
      case (nil, let value?):
        keys.append(key)
        values.append(value)
      case (nil, nil): break
      }
    }
  }

  /// Where `key` stands.
  public func index(of key: String) -> Int? {
    let length = key.utf8.count
    return keys.withUnsafeBufferPointer { keys in
      keys.indices.first { keys[$0].utf8.count == length && Text.same(keys[$0], key) }
    }
  }

  /// Makes room for `more` pairs.
  public mutating func reserve(_ more: Int) {
    keys.reserveCapacity(keys.count + more)
    values.reserveCapacity(values.count + more)
  }

  /// How many pairs there are.
  public var count: Int { keys.count }

  /// Puts `value` in the place of the one that stands at `index`, which is returned: taken out like this, a large part can
  /// be changed without being copied.
  public mutating func exchange(at index: Int, with value: Value) -> Value {
    var value = value
    swap(&values[index], &value)
    return value
  }
}
