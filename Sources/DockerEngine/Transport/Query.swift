import FoundationEssentials

/// Escaping for paths and queries.
enum Query {
  private static let unreserved = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)

  /// `text` percent-encoded as one path segment or query value.
  static func escape(_ text: String) -> String {
    var escaped = ""
    for byte in text.utf8 {
      if unreserved.contains(byte) {
        escaped.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        escaped += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return escaped
  }

  /// `?name=value&…` of the values that are not nil; empty when there are none.
  static func string(_ items: KeyValuePairs<String, String?>) -> String {
    let pairs = items.compactMap { name, value in value.map { "\(name)=\(escape($0))" } }
    return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
  }

  /// The engine's filter syntax: a JSON object of lists. Nil when nothing is filtered. An encoding failure is thrown and
  /// never taken for "no filter": what is listed by a filter may be about to be removed.
  static func filters(_ filters: [String: [String]]) throws(EngineError) -> String? {
    let used = filters.filter { !$0.value.isEmpty }
    guard !used.isEmpty else { return nil }
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return String(decoding: try encoder.encode(used), as: UTF8.self)
    } catch {
      throw EngineError(.unexpectedAnswer, "the filters can't be encoded: \(error)")
    }
  }

  /// Labels as a filter: `name=value`.
  static func labels(_ labels: [String: String]) -> [String] { labels.map { "\($0.key)=\($0.value)" }.sorted() }
}
