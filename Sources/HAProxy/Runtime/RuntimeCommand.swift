/// A command of the runtime API that changes something.
public enum RuntimeCommand: Sendable, Equatable {
  /// Adds a server; it comes in maintenance and unchecked. `parameters` are what follows the address in the file.
  case add(ServerReference, address: String, port: Int, parameters: String)
  /// Removes a server, which must be in maintenance and without connections.
  case delete(ServerReference)
  /// Changes where a server is.
  case setAddress(ServerReference, address: String, port: Int)
  /// Changes whether requests are sent to a server.
  case setState(ServerReference, ProxyConfiguration.ServerState)
  /// Starts the checks of a server.
  case enableHealth(ServerReference)

  /// The server it is about.
  public var server: ServerReference {
    switch self {
    case .add(let server, _, _, _), .delete(let server), .setAddress(let server, _, _), .setState(let server, _),
      .enableHealth(let server):
      server
    }
  }

  /// The command as it is sent, without line end. Throws ``HAProxyError`` with the reason `invalid` for what would be another command.
  public func line() throws(HAProxyError) -> String {
    var problems: [ConfigurationProblem] = []
    func expect(_ condition: Bool, _ subject: String, _ value: String, _ expectation: String) {
      guard !condition else { return }
      problems.append(ConfigurationProblem(subject: subject, value: value, expectation: expectation))
    }
    expect(Names.isName(server.backend), "backend name", server.backend, "a name")
    expect(Names.isName(server.server), "server name", server.server, "a name")
    switch self {
    case .add(_, let address, let port, let parameters):
      expect(Names.canonicalAddress(address) != nil, "address of server \(server)", address, "an IP address")
      expect(Names.isPort(port), "port of server \(server)", "\(port)", "between 1 and 65535")
      expect(
        parameters.utf8.allSatisfy { ($0 >= 0x20 && $0 < 0x7F) && $0 != 0x3B }, "parameters", parameters,
        "one line of words")
    case .setAddress(_, let address, let port):
      expect(Names.canonicalAddress(address) != nil, "address of server \(server)", address, "an IP address")
      expect(Names.isPort(port), "port of server \(server)", "\(port)", "between 1 and 65535")
    case .delete, .setState, .enableHealth: break
    }
    guard problems.isEmpty else { throw .invalid(problems) }
    return text
  }

  private var text: String {
    switch self {
    case .add(let server, let address, let port, let parameters):
      "add server \(server) \(ProxyConfiguration.endpoint(address, port)) \(parameters)"
    case .delete(let server): "del server \(server)"
    case .setAddress(let server, let address, let port):
      "set server \(server) addr \(Names.canonicalAddress(address) ?? address) port \(port)"
    case .setState(let server, let state): "set server \(server) state \(state.rawValue)"
    case .enableHealth(let server): "enable health \(server)"
    }
  }

  /// Whether HAProxy's response means that it was done. The runtime API has no status codes: these are its fixed texts
  /// (2.6 to 3.2), and an empty response to the other commands.
  func isDone(_ answer: String) -> Bool {
    switch self {
    case .add: answer == "New server registered."
    case .delete: answer == "Server deleted."
    case .setState, .enableHealth: answer.isEmpty
    case .setAddress:
      ["IP changed from ", "no need to change the addr", "port changed from "].contains { answer.hasPrefix($0) }
    }
  }

  /// Whether HAProxy's response means that there is no such server (any more).
  static func isAbsent(_ answer: String) -> Bool { answer == "No such server." || answer == "No such backend." }
}
