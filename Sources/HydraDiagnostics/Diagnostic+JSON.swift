extension Diagnostic {
  /// One JSON object for editors: `severity`, `code`, `message`, `file`, `start` and `end` (each `line`, `column` from 1
  /// and `offset` in bytes), `notes`, `remedy`. Keys without a value are left out.
  public func json(_ sources: SourceMap) -> String { masked.fields(sources) }

  private func fields(_ sources: SourceMap) -> String {
    var fields = [
      "\"severity\":" + JSONText.string(severity.rawValue),
      "\"code\":" + JSONText.string(code.rawValue),
      "\"message\":" + JSONText.string(message),
    ]
    fields += Self.place(range, sources)
    if !notes.isEmpty {
      let list = notes.map { note in
        let parts = ["\"message\":" + JSONText.string(note.message)] + Self.place(note.range, sources)
        return "{" + parts.joined(separator: ",") + "}"
      }
      fields.append("\"notes\":[" + list.joined(separator: ",") + "]")
    }
    if let remedy { fields.append("\"remedy\":" + JSONText.string(remedy)) }
    return "{" + fields.joined(separator: ",") + "}"
  }

  private static func place(_ range: SourceRange?, _ sources: SourceMap) -> [String] {
    guard let range, let file = sources.file(of: range) else { return [] }
    func point(_ offset: Int) -> String {
      let position = file.position(of: offset)
      return "{\"line\":\(position.line),\"column\":\(position.column),\"offset\":\(offset)}"
    }
    return [
      "\"file\":" + JSONText.string(file.name),
      "\"start\":" + point(Int(range.start)),
      "\"end\":" + point(Int(range.end)),
    ]
  }
}
