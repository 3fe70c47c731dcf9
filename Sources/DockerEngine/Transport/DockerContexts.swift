import Crypto
import FoundationEssentials

/// The contexts that `docker context` keeps: which engine each one leads to.
///
/// A context is stored below the SHA-256 of its name (docker/cli, `cli/context/store`): `contexts/meta/<digest>/meta.json`
/// has its endpoint, `contexts/tls/<digest>/docker` its certificates.
struct DockerContexts {
  /// `~/.docker`, or `DOCKER_CONFIG`.
  let folder: String
  let read: EngineEndpoint.FileReader

  private struct Config: Decodable { var currentContext: String? }
  private struct Context: Decodable {
    struct Endpoint: Decodable {
      var Host: String?
      var SkipTLSVerify: Bool?
    }
    var Endpoints: [String: Endpoint]?
  }

  /// The context that `docker context use` chose; nil if none was chosen.
  func current() throws(EngineError) -> String? {
    try decode(Config.self, "\(folder)/config.json")?.currentContext.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The engine of context `name`.
  func endpoint(of name: String) throws(EngineError) -> EngineEndpoint {
    let digest = SHA256.hash(data: Array(name.utf8)).map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }.joined()
    guard let context = try decode(Context.self, "\(folder)/contexts/meta/\(digest)/meta.json") else {
      throw EngineError(
        .badEndpoint, "Docker context '\(name)' does not exist in '\(folder)': run 'docker context use default'")
    }
    guard let endpoint = context.Endpoints?["docker"], let host = endpoint.Host, !host.isEmpty else {
      throw EngineError(.badEndpoint, "Docker context '\(name)' has no Docker endpoint")
    }
    guard endpoint.SkipTLSVerify != true else {
      throw EngineError(.badEndpoint, "Docker context '\(name)' skips TLS verification, which is not supported")
    }
    let tls = try EngineEndpoint.certificates(in: "\(folder)/contexts/tls/\(digest)/docker", read)
    guard let found = EngineEndpoint(host, tls: tls) else {
      throw EngineError(
        .badEndpoint,
        "Docker context '\(name)' is for '\(host)', expected unix://PATH or tcp://HOST:PORT: set DOCKER_HOST, or choose another context"
      )
    }
    return found
  }

  /// The contents of a file; nil if it does not exist.
  private func decode<T: Decodable>(_ type: T.Type, _ path: String) throws(EngineError) -> T? {
    let text: String?
    do {
      text = try read(path)
    } catch {
      throw EngineError(.badEndpoint, "'\(path)' can't be read: \(error)")
    }
    guard let text else { return nil }
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw EngineError(.badEndpoint, "'\(path)' is not valid JSON as Docker writes it")
    }
  }
}
