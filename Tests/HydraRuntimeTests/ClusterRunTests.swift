import HydraDiagnostics
import HydraLanguage
import HydraModel
import HydraRuntime
import HydraSimulation
import Testing

/// Programs against a cluster in memory.
@Suite struct ClusterRunTests {
  /// A script that starts a cluster speaks to that one, whatever else runs.
  @Test func whatIsStartedIsMeant() async {
    let fixture = Fixture()
    let outcome = await fixture.run(
      "cluster start mine --nodes 2; node add; print len(nodes()); cluster destroy mine; node list")
    #expect(fixture.output.lines.contains("3"), "\(fixture.output.lines) \(outcome.diagnostics.map(\.message))")
    #expect(await fixture.cluster.recorded == ["GET /nodes"])
  }

  @Test func theWalkthrough() async {
    let fixture = Fixture()
    let text = """
      let replicas = 3
      cluster start demo --port 4001 --quiet
      defer { cluster destroy demo }
      repeat 5 { node add --cluster demo }
      service add hello1 --image hydra-hello --replicas $replicas --node-port 8001 --service-port 8000 --cluster demo
      """
    let outcome = await fixture.run(text)
    #expect(outcome.exitCode == .done, "\(outcome.diagnostics)")
    #expect(await fixture.directory.recorded == ["start demo", "destroy demo"])
    #expect(
      fixture.output.lines.map { $0.prefix(12) } == [
        "cluster star", "node add tab", "node add tab", "node add tab", "node add tab", "node add tab", "service add ",
        "cluster dest",
      ])
  }

  @Test func theDrill() async {
    let fixture = Fixture(nodes: 5)
    let outcome = await fixture.run(
      """
      service add hello1 --image hydra-hello --replicas 3 --node-port 8001 --service-port 8000
      wait until service(hello1).ready == 3 within 30s
      let victim = service(hello1).nodes[0].name
      node kill $victim
      expect service(hello1).ready == 3 within 2s, "not healed after losing ${victim}"
      for s in services() { print "${s.name}: ${s.ready}/${s.replicas}" }
      if len(nodes()) < 5 { node add } else { print "enough nodes" }
      try { migrate hello1 --to node-99 } catch e { print "refused: ${e.message}" }
      print ${node($victim).state} ${len(filter(nodes(), n => n.state == "ready"))}
      """)
    #expect(outcome.exitCode == .done, "\(outcome.diagnostics)")
    #expect(
      Array(fixture.output.lines.suffix(4)) == [
        "hello1: 3/3", "enough nodes", "refused: there is no node 'node-99'", "down 4",
      ])
  }

  @Test func commandsBecomeTypedCalls() async {
    let fixture = Fixture(nodes: 3)
    await fixture.run(
      """
      let names = ["node-1", "node-2"]
      node kill $names
      node start node-1
      node remove node-2 --force
      node add --count 2 --cpus 0.5 --memory 64MiB --label a=1 --label b=2
      cluster connect http://h:1 --token secret
      cluster disconnect remote
      """)
    #expect(
      await fixture.cluster.recorded == [
        "POST /nodes/node-1/kill", "POST /nodes/node-2/kill", "POST /nodes/node-1/start",
        "DELETE /nodes/node-2?force=true", #"POST /node {"cpus":0.5,"labels":{"a":"1","b":"2"},"memory":67108864}"#,
        #"POST /node {"cpus":0.5,"labels":{"a":"1","b":"2"},"memory":67108864}"#,
      ])
    #expect(await fixture.directory.recorded == ["connect http://h:1 secret", "disconnect remote"])
    let node = try? await fixture.cluster.send(ReadNode("node-5"))
    #expect(node?.labels == ["a": "1", "b": "2"])
    #expect(node?.cpus == 0.5)
    #expect(node?.memory == 64 << 20)
  }

  @Test func commandsAsValues() async {
    let fixture = Fixture(nodes: 1)
    await fixture.run("let n = $(node add); print ${n.name} ${len($(node list))} ${$(state).name}")
    #expect(fixture.output.lines == ["node-2 2 test"])
  }

  @Test func aScriptStopsAtTheFirstFailure() async {
    let fixture = Fixture(nodes: 1)
    #expect(
      await fixture.transcript("node inspect node-1 --output json\nnode kill node-7\nprint never\n").hasSuffix(
        """
        t.hydra:2:1: error: there is no node 'node-7'
          2 | node kill node-7
            | ^^^^^^^^^^^^^^^^
            = known nodes: node-1
        exit 1

        """))
    #expect(!fixture.output.lines.contains("never"))
    #expect(fixture.output.lines[0].hasPrefix("node inspect json {name: \"node-1\""))
  }

  @Test func nothingRunsWhenTheTextIsWrong() async {
    let fixture = Fixture(nodes: 1)
    #expect(await fixture.run("node kill node-1\nnod\n").exitCode == .invalid)
    #expect(await fixture.cluster.recorded.isEmpty)
  }

  @Test(arguments: [
    (HydraError.Code.unreachable, ExitCode.unreachable), (.unauthorized, .unreachable), (.forbidden, .unreachable),
    (.conflict, .failed), (.noCapacity, .failed), (.timeout, .failed), (.internal, .failed),
  ])
  func exitCodes(_ code: HydraError.Code, _ exit: ExitCode) async {
    let fixture = Fixture(nodes: 1)
    await fixture.cluster.fail(ReadState.self, with: HydraError(code, "no"))
    #expect(await fixture.run("state").exitCode == exit)
  }

  @Test func allProblemsOfASpecAtOnce() async {
    let fixture = Fixture()
    let outcome = await fixture.run("cluster start Bad_Name! --port 5 --proxy-port 5")
    #expect(outcome.exitCode == .invalid)
    #expect(
      Set(outcome.diagnostics.map(\.message)) == [
        "cluster name 'Bad_Name!' is not allowed", "--proxy-port and --port are both 5",
      ])
    // What is left out has its default.
    let standard = await fixture.run("cluster start a --proxy-port 4000")
    #expect(standard.diagnostics.map(\.message) == ["--proxy-port and --port are both 4000"])
    // What is computed is checked when it is known, by the same rules.
    let later = await fixture.run("for n in [\"Bad_Name!\"] { cluster start $n --port 5 --proxy-port 5 }")
    #expect(later.exitCode == .invalid)
    let computed = await fixture.run("for n in [\"Bad_Name!\"] { cluster start $n --port 5 --proxy-port 6 }")
    #expect(computed.exitCode == .failed)
    #expect(computed.diagnostics.first?.message == "cluster name 'Bad_Name!' is not allowed")
    #expect(await fixture.directory.recorded.isEmpty)
  }

  @Test func expectationThatIsNotMet() async {
    let fixture = Fixture(nodes: 1)
    #expect(
      await fixture.transcript("expect len(nodes()) == 3") == """
        t.hydra:1:8: error: 'len(nodes()) == 3' is not true
          1 | expect len(nodes()) == 3
            |        ^^^^^^^^^^^^^^^^^
            = it is: 1 == 3
        exit 3

        """)
  }

  @Test func waitThatTimesOut() async {
    let fixture = Fixture(nodes: 1)
    #expect(
      await fixture.transcript("wait until service(hello1).ready == 3 within 1500ms") == """
        t.hydra:1:12: error: 'service(hello1).ready == 3' was not true within 1s500ms
          1 | wait until service(hello1).ready == 3 within 1500ms
            |            ^^^^^^^^^^^^^^^^^^^^^^^^^^
            = last value: there is no service 'hello1'
        exit 3

        """)
  }

  /// What is told is the limit that was given, not when exactly somebody looked at the clock.
  @Test(arguments: ["", ", \"no\""]) func theLimitIsToldAsItIsWritten(message: String) async {
    let fixture = Fixture(nodes: 1, clock: SkippingClock(lateness: .milliseconds(2)))
    let text = await fixture.transcript("wait until false within 1s\(message)")
    #expect(text.contains(message.isEmpty ? "was not true within 1s\n" : "watched for 1s\n"), "\(text)")
  }

  @Test func messageOfAnExpectation() async {
    let fixture = Fixture(nodes: 1)
    #expect(
      await fixture.transcript("let n = 2\nexpect len(nodes()) == $n within 2s, \"only ${len(nodes())} of $n\"") == """
        t.hydra:2:8: error: only 1 of 2
          2 | expect len(nodes()) == $n within 2s, "only ${len(nodes())} of $n"
            |        ^^^^^^^^^^^^^^^^^^
            = expected 'len(nodes()) == $n'
            = last value: 1 == 2
            = watched for 2s
        exit 3

        """)
  }

  @Test func waitingIsWokenByEvents() async {
    let fixture = Fixture(nodes: 1, clock: FrozenClock())
    let run = Task { await fixture.run("wait until len(nodes()) == 2 within 1h\nprint seen") }
    while await fixture.cluster.listenerCount == 0 { await Task.yield() }
    _ = try? await fixture.cluster.send(AddNode())
    #expect(await run.value.exitCode == .done)
    #expect(fixture.output.lines == ["seen"])
    while await fixture.cluster.listenerCount > 0 { await Task.yield() }
  }

  @Test func waitingGoesOnWithoutEventsAndThroughUnreachability() async {
    let fixture = Fixture(nodes: 1, clock: SkippingClock())
    await fixture.cluster.fail(ReadNodes.self, with: HydraError(.unreachable, "gone"))
    let outcome = await fixture.run("wait until len(nodes()) == 1 within 10s")
    #expect(outcome.exitCode == .unmet)
    #expect(outcome.diagnostics.first?.notes.first?.message == "last value: gone")
    #expect(await fixture.run("expect len(nodes()) == 1").exitCode == .unreachable)
  }

  @Test func httpIsPolled() async {
    let refused = HydraError(.unreachable, "connection refused")
    let http = FakeOutside([
      .failure(refused), .failure(refused), .success(.init(status: 503, body: "")),
      .success(.init(status: 200, body: "hi")),
    ])
    let fixture = Fixture(nodes: 1, outside: http)
    #expect(await fixture.run("wait until http(\"http://localhost:8888/x\").status == 200 within 5s").exitCode == .done)
    #expect(
      await Fixture(nodes: 1, outside: FakeOutside([.failure(refused)])).run("expect http(\"http://x\").status == 200")
        .exitCode == .unmet)
  }

  @Test func watchShowsEventsUntilItIsTrue() async {
    let fixture = Fixture(nodes: 2, clock: FrozenClock())
    let run = Task { await fixture.run("watch nodes --until len(nodes()) == 3") }
    while await fixture.cluster.listenerCount == 0 { await Task.yield() }
    _ = try? await fixture.cluster.send(
      AddService(ServiceSpec(alias: "x", image: "nginx", nodePort: 80, servicePort: 80)))
    _ = try? await fixture.cluster.send(AddNode())
    #expect(await run.value.exitCode == .done)
    #expect(fixture.output.lines == ["event node.added", "event node.ready"])
  }

  @Test func watchEndsWithItsTime() async {
    #expect(await Fixture(nodes: 2).run("watch --for 5s").exitCode == .done)
    #expect(await Fixture(nodes: 2).run("watch --for 5s --until false").exitCode == .unmet)
    #expect(await Fixture(nodes: 2).run("watch nope --for 5s").exitCode == .failed)
  }

  @Test func argumentsOfACommandLine() async {
    let fixture = Fixture(nodes: 2)
    #expect(await fixture.session.run(words: ["node", "kill", "node-1"]).exitCode == .done)
    #expect(await fixture.session.run(words: ["watch", "--until", "node(node-1).state == 'down'"]).exitCode == .done)
    #expect(await fixture.session.run(words: ["nod"]).exitCode == .invalid)
    #expect(await fixture.cluster.recorded.first == "POST /nodes/node-1/kill")
  }

  @Test func helpIsAResult() async {
    let fixture = Fixture()
    await fixture.run("help node add\nnode list --help\ncluster --help")
    #expect(fixture.output.lines == ["help table null", "help table null", "help table null"])
  }
}

/// Ctrl-C.
@Suite struct InterruptionTests {
  @Test func theRunningCallIsCancelledAndWhatIsDeferredRuns() async {
    let fixture = Fixture(nodes: 1, clock: FrozenClock())
    await fixture.cluster.hang(AddNode.self)
    let run = Task {
      await fixture.run(
        "defer { node kill node-1; print cleaned }\ntry { node add } catch { print caught }\nprint never")
    }
    while await fixture.cluster.recorded.isEmpty { await Task.yield() }
    run.cancel()
    let outcome = await run.value
    #expect(outcome.exitCode == .interrupted)
    #expect(fixture.output.lines.last == "cleaned")
    #expect(!fixture.output.lines.contains("caught") && !fixture.output.lines.contains("never"))
    #expect(await fixture.cluster.recorded == [#"POST /node {"labels":{}}"#, "POST /nodes/node-1/kill"])
  }

  @Test func computingIsInterrupted() async {
    let fixture = Fixture()
    let run = Task { await fixture.run("defer { print cleaned }\nlet n = 0\nwhile true { set n = $n + 1 }") }
    try? await Task.sleep(for: .milliseconds(20))
    run.cancel()
    #expect(await run.value.exitCode == .interrupted)
    #expect(fixture.output.lines == ["cleaned"])
  }

  @Test func waitingAndWatchingAreInterrupted() async {
    for text in ["wait until false within 1h", "watch", "sleep 1h"] {
      let fixture = Fixture(nodes: 1, clock: FrozenClock())
      let run = Task { await fixture.run(text) }
      for _ in 0..<100 { await Task.yield() }
      run.cancel()
      #expect(await run.value.exitCode == .interrupted)
    }
  }

  @Test func cleaningUpThatHangsIsGivenUp() async {
    let fixture = Fixture(nodes: 1, clock: SkippingClock())
    await fixture.cluster.hang(KillNode.self)
    await fixture.cluster.hang(AddNode.self)
    let run = Task { await fixture.run("defer { node kill node-1 }\nnode add") }
    while await fixture.cluster.recorded.isEmpty { await Task.yield() }
    run.cancel()
    let outcome = await run.value
    #expect(outcome.exitCode == .interrupted)
  }
}
