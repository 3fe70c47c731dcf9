public import FoundationEssentials
public import HydraModel

/// What the management node has to know that is neither desired nor observed: made once at `cluster start`, kept on the
/// management node's volume, never printed.
public struct ClusterIdentity: Sendable, Codable, Equatable {
  /// File on the management node's volume, in ``directory``.
  public static let file = "identity.json"
  /// Where the management node's volume is mounted.
  public static let directory = "/var/lib/hydra"

  /// What the cluster was asked to be.
  public var spec: ClusterSpec
  /// Token that changing requests need; nil when they need none.
  public var token: String?
  /// Redis user.
  public var storeUser: String
  /// Redis password.
  public var storePassword: String
  /// User of the proxy's stats page.
  public var statsUser: String
  /// Password of the proxy's stats page.
  public var statsPassword: String
  /// Signs the certificates of nodes.
  public var authority: KeyPair
  /// What the management node shows the engines in the nodes.
  public var client: KeyPair
  /// Image of nodes.
  public var nodeImage: String

  /// A certificate and its private key, both PEM.
  public struct KeyPair: Sendable, Codable, Equatable {
    /// The certificate.
    public var certificate: String
    /// The private key.
    public var key: String
  }
}

extension ClusterIdentity {
  /// A new identity for `spec`, with fresh keys, token and passwords.
  public init(spec: ClusterSpec, nodeImage: String) throws {
    let authority = try CertificateAuthority(cluster: spec.name)
    self.spec = spec
    self.token = spec.auth == .token ? Secret.random() : nil
    self.storeUser = "hydra"
    self.storePassword = Secret.random()
    self.statsUser = "stats"
    self.statsPassword = "stats"
    self.authority = try authority.keyPair()
    self.client = try authority.issue(.client(name: "api.\(spec.name)"))
    self.nodeImage = nodeImage
  }

  /// Reads what ``encoded()`` wrote.
  public init(contentsOf path: String) throws {
    guard let data = try LocalFile.contents(path) else {
      throw HydraError(.failed, "the cluster's identity '\(path)' does not exist")
    }
    do {
      self = try HydraJSON.decode(ClusterIdentity.self, from: data)
    } catch {
      throw HydraError(.failed, "the cluster's identity \(LocalFile.described(path)) is damaged")
    }
  }

  /// The file's contents.
  public func encoded() throws -> Data { try HydraJSON.encode(self, pretty: true) }

  /// Redis's ACL file: one user, for this cluster's keys alone.
  ///
  /// The default user is off, so nobody uses it, but needs its rights: while Redis loads its append-only file it runs each
  /// transaction of several commands as that user, and one it may not run is dropped ("NOPERM" in the log of Redis 7.0).
  public var storeUsers: String {
    "user default off ~* &* +@all\nuser \(storeUser) on >\(storePassword) ~hydra:* &hydra:* +@all -@dangerous -@admin\n"
  }
}

extension ClusterIdentity: CustomStringConvertible, CustomDebugStringConvertible {
  /// The cluster's name, and no secret.
  public var description: String { "ClusterIdentity(\(spec.name))" }
  /// The cluster's name, and no secret.
  public var debugDescription: String { description }
}

/// Random strings that nobody guesses.
public enum Secret {
  /// 32 random bytes as 64 hexadecimal digits.
  public static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<32).map { _ in
      let byte = UInt8.random(in: .min ... .max, using: &generator)
      return String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }.joined()
  }
}
