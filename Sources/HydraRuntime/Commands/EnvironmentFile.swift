import HydraModel

/// A file of environment variables, in the format of `docker run --env-file`: a `NAME=value` a line, the value taken as it
/// stands, without quotes or escapes; `NAME` alone takes the value that it has here; empty lines and lines that begin with
/// `#` are left out. Blanks in front of a line are not part of it.
enum EnvironmentFile {
  /// The variables of `text`. Of a name given twice the last counts, as in the engine's.
  static func read(_ text: String, environment: [String: String]) throws(HydraError) -> [String: String] {
    var variables: [String: String] = [:]
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    for (number, line) in lines.enumerated() {
      var line = line.drop { $0 == " " || $0 == "\t" }
      if number == 0, line.first == "\u{FEFF}" { line = line.dropFirst() }
      guard let first = line.first, first != "#" else { continue }
      let name = line.prefix { $0 != "=" }
      guard !name.isEmpty, !name.contains(where: \.isWhitespace) else {
        // The line itself may hold a secret.
        throw HydraError(.invalidArgument, "line \(number + 1) has no variable name, expected NAME=value or NAME")
      }
      if name.endIndex < line.endIndex {
        variables[String(name)] = String(line[line.index(after: name.endIndex)...])
      } else if let value = environment[String(name)] {
        variables[String(name)] = value
      }
    }
    return variables
  }
}
