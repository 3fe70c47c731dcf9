extension Parser {
  /// Continues after the statement that failed: to the line end, `;` or `}` that ends it, past blocks and strings in it.
  ///
  /// What was open where it failed counts, so that the `}` of `${1 + }` closes no block, but only to the end of the line:
  /// the closing mark may be what is missing.
  mutating func recover() {
    parentheses = 0
    expected.removeAll()
    var open = self.open
    self.open = []
    // How much of `open` was open before; what is opened here may span several lines.
    var before = open.count
    while position < lexer.bytes.count {
      let byte = lexer.byte(position)
      if open.last == 0x22 {
        switch byte {
        case 0x0A: return
        case 0x22: open.removeLast()
        case 0x24 where lexer.byte(position + 1) == 0x7B:
          open.append(0x7B)
          position += 1
        case 0x5C: position += 1
        default: break
        }
      } else {
        switch byte {
        case 0x0A, 0x3B: if open.count == before { return }
        case 0x7D:
          if open.isEmpty { return }
          open.removeLast()
        case 0x7B, 0x22: open.append(byte)
        case 0x27: position = rawStringEndOnLine()
        case 0x23 where position > 0 && " \t\n{;".utf8.contains(lexer.byte(position - 1)):
          position = lexer.lineEnd(position)
          continue
        default: break
        }
      }
      before = min(before, open.count)
      position += 1
    }
    position = min(position, lexer.bytes.count)
  }

  /// The quote that ends the raw string at this place; this place itself when none does on its line.
  private func rawStringEndOnLine() -> Int {
    let end = lexer.lineEnd(position)
    return lexer.bytes[position..<end].dropFirst().firstIndex(of: 0x27) ?? position
  }
}
