public import FoundationEssentials

/// The one way JSON is written and read: keys as in the payload types, times in ISO 8601 with milliseconds, UTC.
public enum HydraJSON {
  /// Encodes `value`; `pretty` indents. Keys are sorted, so that equal values give equal bytes.
  public static func encode(_ value: some Encodable, pretty: Bool = false) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      pretty ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(format(date))
    }
    return try encoder.encode(value)
  }

  /// Decodes a `type` from `data`.
  public static func decode<T: Decodable>(_ type: T.Type = T.self, from data: Data) throws -> T {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      let text = try decoder.singleValueContainer().decode(String.self)
      if let date = try? Date(text, strategy: withMilliseconds) { return date }
      return try Date(text, strategy: withoutFraction)
    }
    return try decoder.decode(type, from: data)
  }

  /// `date` as in every payload, for example `2026-01-31T09:05:00.250Z`.
  public static func format(_ date: Date) -> String {
    // The style cuts what is behind the milliseconds, and a `Date` read from a text may lie a hair before what the text says:
    // without this a time lost a millisecond each time it was passed on.
    date.addingTimeInterval(1e-6).formatted(withMilliseconds)
  }

  private static let withMilliseconds = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
  private static let withoutFraction = Date.ISO8601FormatStyle()
}
