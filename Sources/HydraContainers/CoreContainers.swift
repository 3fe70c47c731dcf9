package import DockerEngine
package import HydraModel

/// The three containers of a cluster's core: management, data and proxy.
package struct CoreContainers {
  /// What was requested: with 0 for each port that was to be chosen.
  package let asked: ClusterSpec
  package let identity: ClusterIdentity
  package let images: ImageNames
  package let names: ClusterNames
  /// Marks everything one `cluster start` made, so that its undo takes nothing of another's.
  package let start: String
  /// The host engine's socket, as the engine's host sees it.
  package let engineSocket: String

  /// Label that carries ``start``.
  package static let startLabel = "hydra.start"
  /// Where the volume that management and proxy share is mounted in both.
  package static let proxyDirectory = "/run/hydra-proxy"

  package init(
    asked: ClusterSpec, identity: ClusterIdentity, images: ImageNames, start: String, engineSocket: String
  ) {
    self.asked = asked
    self.identity = identity
    self.images = images
    names = ClusterNames(asked.name)
    self.start = start
    self.engineSocket = engineSocket
  }

  package func labels(_ role: ClusterRole) -> [String: String] {
    [Label.cluster: names.cluster, Label.role: role.rawValue, CoreContainers.startLabel: start]
  }

  package var data: ContainerSpec {
    var spec = core(images.data, .data)
    spec.mounts = [.volume(names.dataVolume, target: "/data")]
    return spec
  }

  /// Redis's users, as a tar archive below `/`.
  package func dataFiles() throws -> [UInt8] {
    var archive = TarArchive()
    try archive.addDirectory("etc/hydra", mode: 0o755)
    try archive.addFile("etc/hydra/users.acl", contents: Array(identity.storeUsers.utf8), mode: 0o600)
    return archive.bytes()
  }

  package var proxy: ContainerSpec {
    var spec = core(images.proxy, .proxy)
    spec.mounts = [.volume(names.proxyVolume, target: CoreContainers.proxyDirectory)]
    spec.ports = [
      .init(containerPort: 8888, hostAddress: identity.spec.listen, hostPort: identity.spec.proxyPort),
      .init(containerPort: 9999, hostAddress: identity.spec.listen, hostPort: identity.spec.statsPort),
    ]
    return spec
  }

  package var management: ContainerSpec {
    var spec = core(images.management, .management)
    spec.mounts = [
      .volume(names.managementVolume, target: ClusterIdentity.directory),
      .volume(names.proxyVolume, target: CoreContainers.proxyDirectory),
      .bind(engineSocket, target: "/var/run/docker.sock", readOnly: false),
    ]
    spec.ports = [.init(containerPort: 8080, hostAddress: identity.spec.listen, hostPort: identity.spec.port)]
    return spec
  }

  /// The cluster's identity, as a tar archive below `/`.
  package func managementFiles() throws -> [UInt8] {
    var archive = TarArchive()
    let path = "\(ClusterIdentity.directory)/\(ClusterIdentity.file)".dropFirst()
    try archive.addFile(String(path), contents: Array(try identity.encoded()), mode: 0o600)
    return archive.bytes()
  }

  private func core(_ image: String, _ role: ClusterRole) -> ContainerSpec {
    var spec = ContainerSpec(image: image)
    spec.labels = labels(role)
    spec.networkMode = names.network
    // Unlike a node, a core component that crashes is to come back.
    spec.restartPolicy = .always
    return spec
  }
}
