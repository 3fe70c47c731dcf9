import Glibc
import HydraDiagnostics
import HydraLanguage

/// Templates as `printf` has them, of which most people know the few that are taken here: `%s` any value, `%d` an int, `%x`
/// an int in hexadecimal, `%f` a number with decimals, `%%` a percent sign; with `-` (to the left), `0` (zeros in front), `+`
/// (a sign), a width and a precision.
enum Template {
  /// Widest field, and most decimals: what people line up fits, and nothing fills the memory.
  static let widest = 1000

  /// `template` with `values` filled in, each directive taking the next.
  static func fill(_ template: String, _ values: ArraySlice<Value>) throws(Problem) -> Value {
    var out = ""
    var rest = template[...]
    var values = values
    while let character = rest.popFirst() {
      guard character == "%" else {
        out.append(character)
        continue
      }
      let directive = try Directive(&rest)
      if directive.letter == "%" {
        out += "%"
        continue
      }
      guard let value = values.popFirst() else {
        throw Problem(
          "there is no value for '\(directive.source)'", remedy: "give one for each directive; '%%' is a percent sign")
      }
      out += try directive.text(of: value)
      try Limits.check(text: out.utf8.count)
    }
    guard let extra = values.first else { return .string(out) }
    throw Problem("the template has no directive for \(Operators.describe(extra))", remedy: "add '%s' for it")
  }

  private struct Directive {
    var source = "%"
    var letter: Character = "%"
    private var isLeft = false
    private var isZeroed = false
    private var isSigned = false
    private var width = 0
    private var precision: Int?

    /// Reads what stands behind a percent sign.
    init(_ rest: inout Substring) throws(Problem) {
      while let flag = rest.first, "-0+".contains(flag) {
        switch flag {
        case "-": isLeft = true
        case "0": isZeroed = true
        default: isSigned = true
        }
        source.append(rest.removeFirst())
      }
      width = try number(&rest) ?? 0
      if rest.first == "." {
        source.append(rest.removeFirst())
        precision = try number(&rest) ?? 0
      }
      let next = rest.popFirst()
      if let next { source.append(next) }
      guard let next, "sdxf%".contains(next) else {
        throw Problem("'\(source)' is not a directive", remedy: "there are %s, %d, %x, %f and %% for a percent sign")
      }
      letter = next
    }

    private mutating func number(_ rest: inout Substring) throws(Problem) -> Int? {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty else { return nil }
      rest = rest.dropFirst(digits.count)
      source += digits
      guard let number = Int(digits), number <= Template.widest else {
        throw Problem("'\(source)' is wider than \(Template.widest)")
      }
      return number
    }

    func text(of value: Value) throws(Problem) -> String {
      switch (letter, value) {
      case ("s", _):
        let text = value.text
        return padded(precision.map { String(text.prefix($0)) } ?? text, isNumber: false)
      case ("d", .int(let number)): return padded(signed(String(number)), isNumber: true)
      case ("x", .int(let number)): return padded(signed(String(number, radix: 16)), isNumber: true)
      case ("f", _):
        guard let number = Operators.number(value) else { throw mismatch("a number", value) }
        return padded(signed(decimals(number)), isNumber: number.isFinite)
      default: throw mismatch("an int", value)
      }
    }

    private func mismatch(_ expected: String, _ value: Value) -> Problem {
      Problem(
        "'\(source)' takes \(expected), not \(Operators.describe(value))", remedy: "'%s' takes any value",
        nature: value == .null ? .absent : .final)
    }

    private func signed(_ digits: String) -> String { isSigned && !digits.hasPrefix("-") ? "+" + digits : digits }

    /// Exact to the last decimal, which a product with a power of ten is not.
    private func decimals(_ number: Double) -> String {
      var buffer = [CChar](repeating: 0, count: 400 + Template.widest)
      let count = withVaList([Int32(precision ?? 6), number]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
      return String(decoding: buffer.prefix(Int(max(0, count))).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private func padded(_ text: String, isNumber: Bool) -> String {
      let missing = width - DisplayWidth.of(text)
      guard missing > 0 else { return text }
      if isLeft { return text + String(repeating: " ", count: missing) }
      guard isZeroed, isNumber else { return String(repeating: " ", count: missing) + text }
      let sign = text.prefix { $0 == "-" || $0 == "+" }
      return sign + String(repeating: "0", count: missing) + text.dropFirst(sign.count)
    }
  }
}
