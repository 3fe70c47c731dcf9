import DockerEngine
import FoundationEssentials
import Glibc
import HydraBootstrap
import HydraClient
import HydraContainers
import HydraModel
import HydraRuntime
import HydraShell

/// Composes the tool: the shell over the clusters of this machine's engine and those connected to.
@main
enum Hydra {
  static func main() async {
    guardStandardStreams()
    let environment = ProcessInfo.processInfo.environment
    let tool = HydraTool(streams: .standard, environment: environment) { try services(environment) }
    exit(await tool.run(Array(CommandLine.arguments.dropFirst())))
  }

  /// Opens something for each standard stream that was closed at the start: the next file or socket would take its place,
  /// and be written to. It is opened the wrong way round, so that whoever uses the stream gets an error.
  private static func guardStandardStreams() {
    for (descriptor, mode) in [(Int32(0), O_WRONLY), (1, O_RDONLY), (2, O_RDONLY)]
    where fcntl(descriptor, F_GETFD) == -1 {
      let opened = open("/dev/null", mode)
      guard opened >= 0, opened != descriptor else { continue }
      dup2(opened, descriptor)
      close(opened)
    }
  }

  private static func services(_ environment: [String: String]) throws -> HydraServices {
    let engine = try engine(environment)
    let directory = LocalClusterDirectory(
      engine: engine, images: ImageNames(environment: environment),
      contexts: ContextStore.standard(environment: environment)
    ) { url, token in try APIClient(url: url, token: token) }
    return HydraServices(
      directory: directory, http: Probe(), clock: SystemClock { Date().timeIntervalSince1970 },
      images: { try await directory.images() }, close: { await engine.shutdown() })
  }

  private static func engine(_ environment: [String: String]) throws -> DockerEngine {
    do {
      return try DockerEngine(try EngineEndpoint(environment: environment) { try LocalFile.text($0) })
    } catch {
      throw HydraError(.unreachable, error.message)
    }
  }
}

/// `http(…)` through the client of the API module.
private struct Probe: HTTPProbe {
  func send(_ request: HTTPProbeRequest) async throws -> HTTPProbeAnswer {
    let result = try await HTTPProbeClient().send(
      request.method, request.url, headers: request.headers, body: request.body, timeout: request.timeout)
    guard let status = result.status else {
      throw HydraError(.unreachable, "\(request.url): \(result.error ?? "no response")")
    }
    return HTTPProbeAnswer(
      status: status, body: result.body, headers: result.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      time: result.duration, isTruncated: result.isTruncated)
  }
}
