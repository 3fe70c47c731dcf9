/// What a terminal would show: the few control sequences that a line editor and a progress display use.
public struct Screen: Sendable {
  /// Rows and columns.
  public private(set) var size: (rows: Int, columns: Int)
  /// Where the cursor is, from 0.
  public private(set) var cursor: (row: Int, column: Int) = (0, 0)
  /// Lines that were scrolled off the top.
  public private(set) var scrollback: [String] = []
  private var cells: [[Character]]
  /// The screen and cursor to come back to while the other screen is shown.
  private var kept: (cells: [[Character]], cursor: (row: Int, column: Int))?
  private var pending: [UInt8] = []
  /// A character in the last column leaves the cursor there until the next one, as xterm does.
  private var wrapsNext = false

  /// An empty screen.
  public init(rows: Int, columns: Int) {
    size = (rows, columns)
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// The rows without blanks at their ends, and without empty rows at the end.
  public var lines: [String] {
    var lines = cells.map { row in Self.trimmed(String(row.filter { $0 != "\0" })) }
    while lines.last == "" { lines.removeLast() }
    return lines
  }

  /// All that was ever shown, and is not overwritten.
  public var text: String { (scrollback + lines).joined(separator: "\n") }

  /// Whether the last row is a prompt, which ends in `>` and a blank, with nothing behind it but the cursor.
  public var isAtPrompt: Bool {
    let lines = lines
    guard let last = lines.last, last.hasSuffix(">") else { return false }
    return cursor == (lines.count - 1, last.count + 1)
  }

  /// How often `input` was typed behind a prompt, however it is wrapped.
  public func inputs(_ input: String) -> Int {
    text.replacing("\n", with: "").ranges(of: "> \(input)").count
  }

  /// Changes the size; what no longer fits is cut, nothing is wrapped anew.
  public mutating func resize(rows: Int, columns: Int) {
    cells = cells.map { row in Array((row + Array(repeating: " ", count: columns)).prefix(columns)) }
    while cells.count > rows { scrollback.append(Self.trimmed(String(cells.removeFirst()))) }
    while cells.count < rows { cells.append(Array(repeating: " ", count: columns)) }
    size = (rows, columns)
    cursor = (min(cursor.row, rows - 1), min(cursor.column, columns - 1))
  }

  /// Takes output of the program.
  public mutating func feed(_ bytes: [UInt8]) {
    pending += bytes
    while let used = step() { pending.removeFirst(used) }
  }

  /// Handles one character or sequence; nil when it is not whole yet.
  private mutating func step() -> Int? {
    guard let first = pending.first else { return nil }
    if first == 0x1B { return escape() }
    if first < 0x20 || first == 0x7F {
      control(first)
      return 1
    }
    let length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard pending.count >= length else { return nil }
    for character in String(decoding: pending.prefix(length), as: UTF8.self) { put(character) }
    return length
  }

  private mutating func control(_ byte: UInt8) {
    wrapsNext = false
    switch byte {
    case 0x08: cursor.column = max(cursor.column - 1, 0)
    case 0x09: cursor.column = min((cursor.column / 8 + 1) * 8, size.columns - 1)
    case 0x0A: lineFeed()
    case 0x0D: cursor.column = 0
    default: break
    }
  }

  private mutating func lineFeed() {
    if cursor.row + 1 < size.rows {
      cursor.row += 1
    } else {
      scrollback.append(Self.trimmed(String(cells.removeFirst())))
      cells.append(Array(repeating: " ", count: size.columns))
    }
  }

  private mutating func put(_ character: Character) {
    let width = Self.isWide(character) ? 2 : 1
    if wrapsNext || cursor.column + width > size.columns {
      wrapsNext = false
      cursor.column = 0
      lineFeed()
    }
    cells[cursor.row][cursor.column] = character
    // The second cell of a wide character holds nothing of its own.
    if width == 2 { cells[cursor.row][cursor.column + 1] = "\0" }
    if cursor.column + width >= size.columns { wrapsNext = true } else { cursor.column += width }
  }

  private mutating func escape() -> Int? {
    guard pending.count >= 2 else { return nil }
    guard pending[1] == UInt8(ascii: "[") else { return pending[1] == UInt8(ascii: "(") ? 3 : 2 }
    guard let end = pending.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else { return nil }
    let text = String(decoding: pending[2..<end], as: UTF8.self)
    if text == "?1049" { other(isShown: pending[end] == UInt8(ascii: "h")) }
    let numbers = text.split(separator: ";").map { Int($0) ?? 0 }
    sequence(Character(Unicode.Scalar(pending[end])), numbers)
    return end + 1
  }

  private mutating func sequence(_ final: Character, _ numbers: [Int]) {
    let count = max(numbers.first ?? 1, 1)
    if final != "m" { wrapsNext = false }
    switch final {
    case "A": cursor.row = max(cursor.row - count, 0)
    case "B": cursor.row = min(cursor.row + count, size.rows - 1)
    case "C": cursor.column = min(cursor.column + count, size.columns - 1)
    case "D": cursor.column = max(cursor.column - count, 0)
    case "G": cursor.column = min(count, size.columns) - 1
    case "d": cursor.row = min(count, size.rows) - 1
    case "H":
      cursor.row = min(count, size.rows) - 1
      cursor.column = min(max(numbers.dropFirst().first ?? 1, 1), size.columns) - 1
    case "J": eraseBelow(all: numbers.first == 2)
    case "K": erase(row: cursor.row, from: cursor.column)
    case "P":
      cells[cursor.row].removeSubrange(cursor.column..<min(cursor.column + count, size.columns))
      fill(row: cursor.row)
    case "@":
      cells[cursor.row].insert(contentsOf: Array(repeating: " ", count: count), at: cursor.column)
      fill(row: cursor.row)
    default: break
    }
  }

  /// Shows the other screen, empty, or what was there before.
  private mutating func other(isShown: Bool) {
    if isShown {
      kept = (cells, cursor)
      eraseBelow(all: true)
    } else if let (cells, cursor) = kept {
      self.cells = cells
      self.cursor = cursor
      kept = nil
      resize(rows: size.rows, columns: size.columns)
    }
  }

  private mutating func eraseBelow(all: Bool) {
    erase(row: cursor.row, from: all ? 0 : cursor.column)
    for row in (all ? 0 : cursor.row + 1)..<max(size.rows, cursor.row + 1) where row != cursor.row {
      erase(row: row, from: 0)
    }
  }

  private mutating func erase(row: Int, from column: Int) {
    for column in column..<size.columns { cells[row][column] = " " }
  }

  private mutating func fill(row: Int) {
    cells[row] = Array((cells[row] + Array(repeating: " ", count: size.columns)).prefix(size.columns))
  }

  private static func isWide(_ character: Character) -> Bool {
    guard let value = character.unicodeScalars.first?.value else { return false }
    return (0x1100...0x115F).contains(value) || (0x2E80...0xD7A3).contains(value) || (0xFF00...0xFF60).contains(value)
      || (0x1F300...0x1FAFF).contains(value)
  }

  private static func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
