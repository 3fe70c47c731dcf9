import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import Testing

/// What checking knows of records is what the runtime makes of the model.
@Suite struct RecordShapeTests {
  @Test func shapesAreTheRecords() async throws {
    let fixture = Fixture(nodes: 2, outside: FakeOutside([.success(HTTPProbeAnswer(status: 200, body: ""))]))
    await fixture.run("service add web --image i --node-port 80 --service-port 80; migrate web --to node-2 --quiet")
    let places: [(RecordShape, String)] = [
      (.state, "state()"), (.node, "nodes()[0]"), (.service, "service(web)"), (.replica, "service(web).nodes[0]"),
      (.cluster, "cluster()"), (.http, "http(\"http://x\")"), (.exec, "exec([\"ls\"])"), (.api, "state().api"),
      (.proxy, "state().proxy"),
      (.migration, "state().migrations[0]"), (.removal, "$(cluster destroy test)"),
    ]
    for (shape, expression) in places {
      await fixture.run("print \(shape.rawValue) ${keys(\(expression))}")
      let keys = shape.keys.map { "\"\($0)\"" }.joined(separator: ", ")
      #expect(fixture.output.lines.last == "\(shape.rawValue) [\(keys)]")
    }
    await fixture.run("try { node kill nope } catch e { print ${keys(e)} }")
    #expect(fixture.output.lines.last == "[\(RecordShape.failure.keys.map { "\"\($0)\"" }.joined(separator: ", "))]")
  }

  @Test func wordsAreTheModels() {
    #expect(RecordShape.node.words(of: "state") == NodeCondition.allCases.map(\.rawValue))
    #expect(RecordShape.service.words(of: "state") == ServiceCondition.allCases.map(\.rawValue))
    #expect(RecordShape.replica.words(of: "state") == ReplicaCondition.allCases.map(\.rawValue))
    #expect(RecordShape.migration.words(of: "outcome") == Migration.Outcome.allCases.map(\.rawValue))
    #expect(RecordShape.phase.words(of: "name") == Migration.Phase.Name.allCases.map(\.rawValue))
  }
}
