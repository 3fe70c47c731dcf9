import HydraControl
import HydraSimulation

/// The command line.
struct Options: Sendable {
  var seeds: UInt64 = 1000
  var from: UInt64 = 1
  var seed: UInt64?
  var faults = Faults.many
  var without: Guard?
  var guards = false

  /// What is wrong with a command line.
  struct Wrong: Error {
    var text: String
  }

  init(_ arguments: [String]) throws(Wrong) {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      if option == "--guards" {
        guards = true
        continue
      }
      guard let value = rest.popFirst() else { throw Wrong(text: "'\(option)' is unknown, or lacks its value") }
      switch option {
      case "--seeds": seeds = try Options.number(option, value)
      case "--from": from = try Options.number(option, value)
      case "--seed": seed = try Options.number(option, value)
      case "--faults":
        guard let found = ["none": Faults.none, "some": .some, "many": .many][value] else {
          throw Wrong(text: "--faults is '\(value)', expected none, some or many")
        }
        faults = found
      case "--without":
        guard let found = Guard(rawValue: value) else {
          throw Wrong(text: "there is no guard '\(value)', there are \(Guard.allCases.map(\.rawValue))")
        }
        without = found
      default: throw Wrong(text: "there is no option '\(option)'")
      }
    }
  }

  private static func number(_ option: String, _ value: String) throws(Wrong) -> UInt64 {
    guard let number = UInt64(value) else { throw Wrong(text: "\(option) is '\(value)', expected a number") }
    return number
  }
}
