#if canImport(Glibc)
import Glibc
#endif

/// How texts are compared, everywhere: by their bytes in UTF-8. A letter that is composed and the same one as a letter with
/// an accent behind it are different texts, as they are to files, environment variables and most other languages.
public enum Text {
  /// Whether both are the same bytes.
  public static func same(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && order(left, right) == 0
  }

  /// Less than 0, 0 or more than 0, as `left` stands before, beside or behind `right` byte by byte.
  public static func order(_ left: String, _ right: String) -> Int {
    let quick = left.utf8.withContiguousStorageIfAvailable { a in
      right.utf8.withContiguousStorageIfAvailable { b in
        guard let first = a.baseAddress, let second = b.baseAddress else { return a.count - b.count }
        let order = memcmp(first, second, min(a.count, b.count))
        return order == 0 ? a.count - b.count : Int(order)
      }
    }
    if let quick, let order = quick { return order }
    if left.utf8.elementsEqual(right.utf8) { return 0 }
    return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
  }

  /// A text as a key of a set or dictionary.
  public struct Key: Hashable, Sendable {
    /// The text.
    public let text: String
    /// The key of `text`.
    public init(_ text: String) { self.text = text }
    /// Whether both are the same bytes.
    public static func == (left: Key, right: Key) -> Bool { same(left.text, right.text) }
    /// By its bytes.
    public func hash(into hasher: inout Hasher) {
      if text.utf8.withContiguousStorageIfAvailable({ hasher.combine(bytes: UnsafeRawBufferPointer($0)) }) == nil {
        for byte in text.utf8 { hasher.combine(byte) }
      }
    }
  }
}
