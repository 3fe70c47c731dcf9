import Crypto
public import HydraModel

extension ServiceSpec {
  /// Changes when a running replica would have to be replaced to follow the spec. The number of replicas does not count.
  public var fingerprint: String {
    var parts = [
      image, String(nodePort), String(servicePort), cpus.map { String($0) } ?? "", memory.map { String($0) } ?? "",
    ]
    parts += env.keys.sorted().flatMap { [$0, env[$0] ?? ""] }
    parts.append("--")
    parts += command
    var hash = SHA256()
    for part in parts {
      hash.update(data: Array(part.utf8))
      hash.update(data: [0])
    }
    return hash.finalize().prefix(6).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
