public import HydraDiagnostics

/// What a script says of itself, for its help and for completion: read from its first lines, whatever is wrong further down.
public struct ScriptDescription: Sendable {
  /// The lines of the comment that it begins with, without `#`; the interpreter line is no part of it.
  public let comment: [String]
  /// The arguments that it declares; nil when it declares none, or declares them wrongly.
  public let arguments: ScriptArguments?

  /// The description of the script `file`.
  public init(_ file: SourceFile) {
    var parser = Parser(reading: file)
    let first = parser.nextStatement()
    var lines: [String] = []
    var end: Int?
    for comment in parser.comments where comment.upperBound <= first.map({ Int($0.range.start) }) ?? .max {
      // An empty line ends it.
      if let end, file.bytes[end..<comment.lowerBound].count(where: { $0 == 0x0A }) > 1, !lines.isEmpty { break }
      end = comment.upperBound
      let text = parser.text(comment.lowerBound, comment.upperBound)
      if !text.hasPrefix("#!") { lines.append(String(text.drop { $0 == "#" || $0 == " " })) }
    }
    comment = lines
    guard case .args(let block)? = first?.kind, parser.diagnostics.isEmpty else {
      arguments = nil
      return
    }
    arguments = Compiler.declaredArguments(block)
  }
}

extension Compiler {
  /// The arguments that `block` declares; nil when something is wrong with them.
  fileprivate static func declaredArguments(_ block: Block) -> ScriptArguments? {
    var compiler = Compiler(
      sources: SourceMap(), loader: nil, validator: nil, environment: .forScripts, isPrompt: false)
    compiler.declareArguments(block)
    return compiler.diagnostics.isEmpty ? compiler.arguments : nil
  }
}
