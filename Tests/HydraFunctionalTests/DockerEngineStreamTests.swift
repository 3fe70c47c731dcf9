import DockerEngine
import Foundation
import TerminalTestSupport
import Testing

extension HydraFunctionalTests {
  /// The streams of a real engine: events, images.
  @Suite(.serialized, .timeLimit(.minutes(3))) struct EngineStreams {
    @Test func eventsAreFollowedFromTheMomentOfConnecting() async throws {
      try await EngineFixture.with { fixture in
        let engine = fixture.engine
        let before = try await engine.createContainer(nil, fixture.spec("sleep 60"))
        var seen: [String] = []
        var id = ""
        for await signal in engine.followEvents(labels: fixture.labels) {
          switch signal {
          case .connected:
            try await engine.startContainer(before)
            id = before
            try await engine.killContainer(before)
          case .event(let event):
            #expect(event.id == id)
            seen.append(event.action)
          }
          if seen.last == "die" { break }
        }
        #expect(seen == ["start", "kill", "die"], "creation was before")
      }
    }

    @Test func missedEventsAreReplayed() async throws {
      try await EngineFixture.with { fixture in
        let engine = fixture.engine
        let now = try #require(try await engine.info().systemTime)
        for _ in 0..<3 {
          let id = try await engine.createContainer(nil, fixture.spec("true"))
          try await engine.startContainer(id)
          _ = try await engine.waitContainer(id, within: .seconds(20))
        }
        var died: Set<String> = []
        for try await event in try await engine.events(labels: fixture.labels, since: now.nanoseconds) {
          if event.action == "die" { died.insert(event.id) }
          if died.count == 3 { break }
        }
        #expect(try await Set(engine.listContainers(labels: fixture.labels).map(\.id)) == died)
      }
    }

    @Test func imageIsSavedAndLoaded() async throws {
      try await EngineFixture.with { fixture in
        let engine = fixture.engine
        let original = try #require(try await engine.inspectImage(fixture.image))
        #expect(original.labels == fixture.labels)
        let copy = fixture.image + "-copy"
        let parts = copy.split(separator: ":")
        try await engine.tagImage(fixture.image, repository: String(parts[0]), tag: String(parts[1]))
        let archive = try await engine.saveImages([fixture.image, copy])
        // The names go first, so that loading has something to bring back; the layers would be there otherwise.
        try await engine.removeImage(copy)
        #expect(try await engine.inspectImage(copy) == nil)
        let loaded = try await engine.loadImage(archive)
        #expect(loaded.sorted() == [fixture.image, copy].sorted())
        #expect(try await engine.inspectImage(copy)?.id == original.id)
        #expect(try await engine.listImages().contains(copy))
        #expect(try await engine.imageSummaries(labels: fixture.labels).map(\.id) == [original.id])
      }
    }

    @Test func cutArchiveIsRefused() async throws {
      try await EngineFixture.with { fixture in
        struct Cut: Error {}
        let archive = try await fixture.engine.saveImage(fixture.image)
        var iterator = archive.makeAsyncIterator()
        let first = try #require(try await iterator.next())
        let stream = AsyncThrowingStream { continuation in
          continuation.yield(first)
          continuation.finish(throwing: Cut() as any Error)
        }
        await #expect(throws: EngineError.self) { try await fixture.engine.loadImage(stream) }
      }
    }

    @Test func pullWithoutARegistryFails() async throws {
      try await EngineFixture.with { fixture in
        let error = await #expect(throws: EngineError.self) {
          try await fixture.engine.pullImage("registry.invalid/nothing:1", within: .seconds(60))
        }
        #expect(error?.status != nil || error?.reason == .inBand, "\(String(describing: error))")
      }
    }
  }
}
