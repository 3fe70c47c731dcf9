import DockerEngine
import HydraContainers
import HydraControl
import HydraModel

/// The container of a node: a Docker Engine inside a container, without `--privileged`.
enum NodeContainer {
  /// What an inner engine needs beyond the engine's default capabilities: without either one it does not start. With
  /// these two it starts, publishes ports, and runs, enters, pauses and stops containers.
  static let capabilities = ["SYS_ADMIN", "NET_ADMIN"]
  /// The inner engine mounts, unshares and writes below /proc/sys, which the default profiles forbid.
  static let securityOptions = ["seccomp=unconfined", "apparmor=unconfined"]
  /// Where the entrypoint expects `ca.pem`, `cert.pem` and `key.pem`.
  static let certificates = "/etc/hydra/tls"

  /// The container of `node` in the cluster of `names`.
  static func spec(_ node: NodeRecord, image: String, names: ClusterNames) -> ContainerSpec {
    var spec = ContainerSpec(image: image)
    spec.hostname = node.name
    spec.labels = labels(node.name, names)
    spec.networkMode = names.network
    spec.networkAliases = [node.name]
    spec.capAdd = capabilities
    spec.securityOpt = securityOptions
    spec.hasUnmaskedPaths = true
    spec.cgroupnsMode = "private"
    spec.mounts = [.volume(names.volume(ofNode: node.name), target: "/var/lib/docker")]
    spec.nanoCPUs = node.spec.cpus.map { Int64($0 * 1_000_000_000) }
    spec.memory = node.spec.memory
    // A node that dies stays down until somebody starts it: that is what failover is rehearsed against.
    spec.restartPolicy = .no
    return spec
  }

  static func labels(_ node: String, _ names: ClusterNames) -> [String: String] {
    [Label.cluster: names.cluster, Label.role: ClusterRole.node.rawValue, Label.node: node]
  }

  /// The files the entrypoint needs, as a tar archive below `/`.
  static func files(_ keys: ClusterIdentity.KeyPair, authority: String) throws -> [UInt8] {
    var archive = TarArchive()
    try archive.addDirectory("etc/hydra/tls", mode: 0o700)
    try archive.addFile("etc/hydra/tls/ca.pem", contents: Array(authority.utf8), mode: 0o600)
    try archive.addFile("etc/hydra/tls/cert.pem", contents: Array(keys.certificate.utf8), mode: 0o600)
    try archive.addFile("etc/hydra/tls/key.pem", contents: Array(keys.key.utf8), mode: 0o600)
    return archive.bytes()
  }
}
