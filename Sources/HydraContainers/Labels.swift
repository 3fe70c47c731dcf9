/// Labels that mark everything made for a cluster.
///
/// Labels own, names are for people: `cluster destroy` and recovery find what belongs to a cluster by these labels
/// alone, so whatever a crash leaves behind is still found.
package enum Label {
  /// Name of the cluster a container, network or volume belongs to.
  package static let cluster = "hydra.cluster"
  /// What it is for: a `ClusterRole` raw value.
  package static let role = "hydra.role"
  /// Name of the node, on a node's container and volume.
  package static let node = "hydra.node"
  /// Alias of the service, on a replica's container inside a node.
  package static let service = "hydra.service"
  /// Slot of the replica (from 1), on a replica's container inside a node.
  package static let slot = "hydra.slot"
  /// Fingerprint of the service's spec, on a replica's container inside a node.
  package static let fingerprint = "hydra.fingerprint"
  /// Published address of the API, on the management container.
  package static let api = "hydra.api"
}
