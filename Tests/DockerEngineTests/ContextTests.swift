import DockerEngine
import Testing

/// Which engine `docker` means, by the order of precedence of its command line.
struct ContextTests {
  private struct Unreadable: Error, CustomStringConvertible { let description = "permission denied" }

  /// `printf work | sha256sum`, `printf far | sha256sum`
  private static let work = "00e13ed7af55b27622f1d6eab5bec0147e68efe28dc2b12461117afa1a5ed40e"
  private static let far = "512eea46ceb3921dff4363c7069d89d4964d1d9fccaa0f411851a7aa60a5c868"

  private func meta(_ host: String, skip: Bool = false) -> String {
    #"{"Name":"x","Metadata":{},"Endpoints":{"docker":{"Host":"\#(host)","SkipTLSVerify":\#(skip)}}}"#
  }

  private func endpoint(_ environment: [String: String], _ files: [String: String]) throws -> EngineEndpoint {
    try EngineEndpoint(environment: environment.merging(["HOME": "/home/me"]) { own, _ in own }) { path in
      if files[path] == "unreadable" { throw Unreadable() }
      return files[path]
    }
  }

  @Test func theContextInUseIsFollowed() throws {
    let files = [
      "/home/me/.docker/config.json": #"{"auths": {}, "currentContext": "work"}"#,
      "/home/me/.docker/contexts/meta/\(ContextTests.work)/meta.json": meta("unix:///run/user/1000/docker.sock"),
      "/home/me/.docker/contexts/meta/\(ContextTests.far)/meta.json": meta("tcp://10.0.0.1:2376"),
      "/home/me/.docker/contexts/tls/\(ContextTests.far)/docker/ca.pem": "A",
      "/home/me/.docker/contexts/tls/\(ContextTests.far)/docker/cert.pem": "C",
      "/home/me/.docker/contexts/tls/\(ContextTests.far)/docker/key.pem": "K",
    ]
    let work = EngineEndpoint.unix(path: "/run/user/1000/docker.sock")
    let far = EngineEndpoint.tcp(
      host: "10.0.0.1", port: 2376, tls: EngineTLS(authority: "A", certificate: "C", key: "K"))
    #expect(try endpoint([:], files) == work)
    #expect(try endpoint(["DOCKER_CONTEXT": ""], files) == work)
    // DOCKER_CONTEXT wins over the file, DOCKER_HOST over both.
    #expect(try endpoint(["DOCKER_CONTEXT": "far"], files) == far)
    #expect(try endpoint(["DOCKER_CONTEXT": "default"], files) == .defaultSocket)
    #expect(
      try endpoint(["DOCKER_CONTEXT": "far", "DOCKER_HOST": "unix:///x.sock"], files) == .unix(path: "/x.sock"))
    // Another folder has no context in use.
    #expect(try endpoint(["DOCKER_CONFIG": "/elsewhere"], files) == .defaultSocket)
    let moved = Dictionary(
      uniqueKeysWithValues: files.map { ($0.key.replacing("/home/me/.docker", with: "/elsewhere"), $0.value) })
    #expect(try endpoint(["DOCKER_CONFIG": "/elsewhere"], moved) == work)
  }

  @Test(arguments: [#"{}"#, #"{"currentContext": ""}"#, #"{"currentContext": "default"}"#])
  func withoutAContextItIsTheSocket(config: String) throws {
    #expect(try endpoint([:], ["/home/me/.docker/config.json": config]) == .defaultSocket)
  }

  @Test("what can't be followed is refused by name")
  func refused() {
    func message(_ files: [String: String], _ environment: [String: String] = ["DOCKER_CONTEXT": "work"]) -> String {
      do {
        return "followed to \(try endpoint(environment, files))"
      } catch let error as EngineError {
        #expect(error.reason == .badEndpoint)
        return error.message
      } catch {
        return "\(error)"
      }
    }
    let file = "/home/me/.docker/contexts/meta/\(ContextTests.work)/meta.json"
    #expect(message([:]).contains("Docker context 'work' does not exist"))
    #expect(message([file: meta("ssh://me@build")]).contains("Docker context 'work' is for 'ssh://me@build'"))
    #expect(message([file: "{}"]).contains("Docker context 'work' has no Docker endpoint"))
    #expect(message([file: "nonsense"]).contains("'\(file)' is not valid JSON"))
    #expect(message([file: "unreadable"]).contains("'\(file)' can't be read: permission denied"))
    #expect(message([file: meta("tcp://a", skip: true)]).contains("skips TLS verification"))
    let tls = "/home/me/.docker/contexts/tls/\(ContextTests.work)/docker"
    #expect(
      message([file: meta("tcp://a"), "\(tls)/ca.pem": "A", "\(tls)/key.pem": "K"])
        .contains("'\(tls)/cert.pem' does not exist"))
    let config = "/home/me/.docker/config.json"
    #expect(message([config: "unreadable"], [:]).contains("'\(config)' can't be read: permission denied"))
  }
}
