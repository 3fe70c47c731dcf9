import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// A cluster's own certificate authority. Its certificates open the engines in that cluster's nodes and nothing else.
package struct CertificateAuthority {
  private let key: Certificate.PrivateKey
  private let certificate: Certificate
  private let keyPEM: String

  /// Certificates live as long as a cluster is likely to: they are made anew with each cluster.
  private static let lifetime: TimeInterval = 10 * 365 * 24 * 3600
  /// Clocks of host and containers are the same; the margin is for virtual machines that wake up.
  private static let margin: TimeInterval = 3600

  /// A new authority.
  init(cluster: String) throws {
    let key = P256.Signing.PrivateKey()
    self.key = Certificate.PrivateKey(key)
    keyPEM = key.pemRepresentation
    let name = try DistinguishedName {
      OrganizationName("hydra")
      CommonName("cluster \(cluster)")
    }
    certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: self.key.publicKey,
      notValidBefore: Date(timeIntervalSinceNow: -CertificateAuthority.margin),
      notValidAfter: Date(timeIntervalSinceNow: CertificateAuthority.lifetime), issuer: name, subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true))
      }, issuerPrivateKey: self.key)
  }

  /// The authority that `pair` holds.
  package init(_ pair: ClusterIdentity.KeyPair) throws {
    key = try Certificate.PrivateKey(pemEncoded: pair.key)
    keyPEM = pair.key
    certificate = try Certificate(pemEncoded: pair.certificate)
  }

  /// What a certificate is for.
  package enum Purpose {
    /// An engine that is reached as `name`.
    case server(name: String)
    /// The management node.
    case client(name: String)

    fileprivate var name: String {
      switch self {
      case .server(let name), .client(let name): name
      }
    }
  }

  /// The authority's own certificate and key.
  package func keyPair() throws -> ClusterIdentity.KeyPair {
    ClusterIdentity.KeyPair(certificate: try certificate.serializeAsPEM().pemString, key: keyPEM)
  }

  /// A certificate for `purpose` with a new key.
  package func issue(_ purpose: Purpose) throws -> ClusterIdentity.KeyPair {
    let key = P256.Signing.PrivateKey()
    let subject = try DistinguishedName { CommonName(purpose.name) }
    let usage: ExtendedKeyUsage.Usage =
      switch purpose {
      case .server: .serverAuth
      case .client: .clientAuth
      }
    let issued = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: Certificate.PrivateKey(key).publicKey,
      notValidBefore: Date(timeIntervalSinceNow: -CertificateAuthority.margin),
      notValidAfter: Date(timeIntervalSinceNow: CertificateAuthority.lifetime), issuer: certificate.subject,
      subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([usage])
        SubjectAlternativeNames([.dnsName(purpose.name)])
      }, issuerPrivateKey: self.key)
    return ClusterIdentity.KeyPair(
      certificate: try issued.serializeAsPEM().pemString, key: key.pemRepresentation)
  }
}
