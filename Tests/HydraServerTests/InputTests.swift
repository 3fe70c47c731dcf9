import HydraModel
import HydraServer
import Testing

@Suite(.timeLimit(.minutes(1))) struct InputTests {
  static let valid = #"{"alias":"a","image":"i","node_port":8001,"service_port":8000}"#

  struct Case: Sendable, CustomTestStringConvertible {
    var body: String
    var message: String
    var testDescription: String { message }

    init(_ body: String, _ message: String) { (self.body, self.message) = (body, message) }
  }

  @Test(arguments: [
    Case("", "the body is empty, expected a JSON object with alias, image, node_port, service_port"),
    Case("[]", "the body is a list, expected a JSON object"),
    Case("7", "the body is the number 7, expected a JSON object"),
    Case(#""x""#, "the body is the string 'x', expected a JSON object"),
    Case(
      #"{"alias":"a","image":"i","node_port":8001,"service_port":8000,"replica":3}"#,
      "unknown field 'replica', did you mean 'replicas'?"),
    Case(
      #"{"alias":"a","image":"i","node_port":8001,"service_port":8000,"zzzzzz":3}"#,
      "unknown field 'zzzzzz', expected one of alias, image, replicas, node_port, service_port, env, cpus, memory, health, timeout, tunnel_timeout, health_timeout, health_host, cookie_path, command, within"
    ),
    Case(
      #"{"alias":7,"image":null,"node_port":"8001","service_port":[]}"#,
      "field 'alias' is the number 7, expected a string; field 'image' is null, expected a string; field 'node_port' is the string '8001', expected an integer; field 'service_port' is a list, expected an integer"
    ),
    Case(
      #"{"alias":"a","image":"i"}"#,
      "field 'node_port' is missing, expected an integer; field 'service_port' is missing, expected an integer"),
    Case(
      #"{"alias":"a","image":"i","node_port":8001.5,"service_port":8000}"#,
      "field 'node_port' is the number 8001.5, expected an integer"),
    Case(
      #"{"alias":"a","image":"i","node_port":1e400,"service_port":8000}"#,
      "field 'node_port' is the number 1e400, expected an integer"),
    Case(
      #"{"alias":"a","image":"i","node_port":99999999999999999999,"service_port":8000}"#,
      "field 'node_port' is the number 99999999999999999999, expected an integer"),
    Case(
      #"{"alias":"a","image":"i","node_port":70000,"service_port":0,"replicas":-1}"#,
      "replicas is -1, expected 1 to 200; node port is 70000, expected a port from 1 to 65535; service port is 0, expected a port from 1 to 65535"
    ),
    Case(
      #"{"alias":"a","image":"i","node_port":1,"service_port":1,"env":{"A":1},"command":["x",2],"cpus":"1","memory":true}"#,
      "field 'env.A' is not a string; field 'cpus' is the string '1', expected a number; field 'memory' is true, expected an integer; field 'command[1]' is the number 2, expected a string"
    ),
    Case(
      #"{"alias":"a","image":"i","node_port":1,"service_port":1,"timeout":"1","tunnel_timeout":[],"cookie_path":"all"}"#,
      #"field 'timeout' is the string '1', expected a number; field 'tunnel_timeout' is a list, expected a number; field 'cookie_path' is the string 'all', expected one of "scope", "keep""#
    ),
    Case(
      #"{"alias":"a","image":"i","node_port":1,"service_port":1,"timeout":0,"tunnel_timeout":3e6,"health_timeout":61,"health_host":"a b"}"#,
      "timeout is 0.0 s, expected at least 1 ms and at most 2073600 s; tunnel timeout is 3000000.0 s, expected at least 1 ms and at most 2073600 s; health timeout is 61.0 s, expected at least 1 ms and at most 60 s; health host 'a b' is not a host name"
    ),
    Case(
      #"{"alias":"a","image":"i","node_port":1,"service_port":1,"alias":"b"}"#,
      "the body is not valid JSON at line 1, column 57: field 'alias' appears twice"),
    Case(
      "{\"alias\": \"a\",\n \"image\" \"i\"}",
      "the body is not valid JSON at line 2, column 10: expected ':' after 'image'"),
    Case(
      #"{"alias":"a""#,
      "the body is not valid JSON at line 1, column 13: expected ',' or '}', but it ends here"),
    Case(#"{"alias":"a"}}"#, "the body is not valid JSON at line 1, column 14: expected nothing after the value"),
    Case("{'alias':1}", "the body is not valid JSON at line 1, column 2: expected a field's name in double quotes"),
    Case(#"{"alias":NaN}"#, "the body is not valid JSON at line 1, column 10: expected a value"),
    Case(#"{"alias":"\x"}"#, "the body is not valid JSON at line 1, column 11: unknown escape"),
    Case(
      String(repeating: "[", count: 100), "the body is not valid JSON at line 1, column 33: nested deeper than 32"),
  ])
  func aWrongServiceIsRefusedInWords(_ wrong: Case) async throws {
    try await TestServer.run { server in
      let answer = try await server.send("POST", "/service", body: wrong.body)
      #expect(answer.status == 400)
      #expect(try answer.error.error == wrong.message)
      #expect(try answer.error.code == "invalid_argument")
      #expect(await server.cluster.calls.isEmpty)
    }
  }

  @Test func wholeNumbersMayBeWrittenWithAFraction() async throws {
    try await TestServer.run { (server) async throws in
      let body = #"{"alias":"a","image":"i","node_port":8.001e3,"service_port":8000.0,"replicas":null}"#
      #expect(try await server.send("POST", "/service", body: body).decode(ServiceState.self).nodePort == 8001)
    }
  }

  @Test func wrongNodesMigrationsAndEmptyBodies() async throws {
    try await TestServer.run { server in
      let node = try await server.send("POST", "/node", body: #"{"cpus":0,"memory":1,"label":{}}"#)
      #expect(
        try node.error.error
          == "unknown field 'label', did you mean 'labels'?; cpus is 0.0, expected 0.01 to 1024; memory is 1 bytes, expected at least 6291456 (6MiB)"
      )
      let same = try await server.send("POST", "/services/a/migrate", body: #"{"from":"node-1","to":"node-1"}"#)
      #expect(try same.error.error == "'from' and 'to' are both 'node-1'")
      let empty = try await server.send("POST", "/services/a/migrate", body: #"{"from":""}"#)
      #expect(try empty.error.error == "field 'from' is empty, expected the name of a node")
      let kill = try await server.send("POST", "/nodes/node-1/kill", body: #"{"signal":9}"#)
      #expect(try kill.error.error == "unknown field 'signal', none is taken here")
      #expect(await server.cluster.calls.isEmpty)
    }
  }

  @Test func wrongQueries() async throws {
    try await TestServer.run { (server) async throws in
      func message(_ method: String, _ path: String) async throws -> String {
        let answer = try await server.send(method, path)
        #expect(answer.status == 400)
        return try answer.error.error
      }
      #expect(
        try await message("DELETE", "/nodes/a?forse=true") == "unknown query parameter 'forse', did you mean 'force'?")
      #expect(
        try await message("DELETE", "/nodes/a?force=yes") == "query parameter 'force' is 'yes', expected true or false")
      #expect(try await message("DELETE", "/nodes/a?force=true&force=false") == "query parameter 'force' appears twice")
      #expect(
        try await message("GET", "/events?after=-1")
          == "query parameter 'after' is '-1', expected the number of an event")
      #expect(try await message("GET", "/state?x=%zz") == "the query is not valid percent-encoded UTF-8")
      #expect(try await message("GET", "/nodes/%ff") == "the path is not valid percent-encoded UTF-8")
      #expect(await server.cluster.calls.isEmpty)
    }
  }
}
