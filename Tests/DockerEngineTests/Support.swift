import DockerEngine
import HydraTestSupport
import Testing

/// Runs `body` with a client of a stub on a unix socket.
func withEngine<R>(
  largestAnswer: Int = 32 << 20, answering: @escaping StubEngine.Answering,
  _ body: (DockerEngine, StubEngine) async throws -> R
) async throws -> R {
  try await withStubEngine(answering: answering) { stub in
    let engine = try DockerEngine(.unix(path: stub.path), largestAnswer: largestAnswer)
    do {
      let result = try await body(engine, stub)
      await engine.shutdown()
      return result
    } catch {
      await engine.shutdown()
      throw error
    }
  }
}

/// The error of a call that has to fail.
func failure<T>(
  sourceLocation: SourceLocation = #_sourceLocation, _ call: () async throws -> T
) async throws -> EngineError {
  try #require(await #expect(throws: EngineError.self, sourceLocation: sourceLocation) { _ = try await call() })
}

/// A call that has to fail, and how.
func expectFailure<T>(
  _ fits: (EngineError) -> Bool, sourceLocation: SourceLocation = #_sourceLocation, _ call: () async throws -> T
) async throws {
  let error = try await failure(sourceLocation: sourceLocation, call)
  #expect(fits(error), "\(error.reason): \(error)", sourceLocation: sourceLocation)
}

/// A container as `GET /containers/json` has it.
func containerJSON(_ id: String) -> String { #"{"Id":"\#(id)","Names":["/\#(id)"],"State":"running"}"# }

/// A frame of the engine's two streams in one: 1 is standard output, 2 standard error, 3 the engine's own.
func frame(_ stream: UInt8, _ text: String) -> [UInt8] {
  [stream, 0, 0, 0, 0, 0, UInt8(text.utf8.count / 256), UInt8(text.utf8.count % 256)] + Array(text.utf8)
}
