/// Names of the images that a cluster is made of, as `make images` builds them.
public struct ImageNames: Sendable, Equatable {
  /// Image of the management node.
  public var management: String
  /// Image of the data node.
  public var data: String
  /// Image of the proxy.
  public var proxy: String
  /// Image of nodes.
  public var node: String

  /// `hydra-<role>:<tag>`; the tag is `HYDRA_IMAGE_TAG` when that is set, else `latest`.
  public init(environment: [String: String]) {
    self.init(tag: environment["HYDRA_IMAGE_TAG"].flatMap { $0.isEmpty ? nil : $0 } ?? "latest")
  }

  /// Those with the tag of `node`, the image of nodes.
  package init(besideNodeImage node: String) {
    self.init(tag: node.split(separator: ":").last.map(String.init) ?? "latest")
  }

  private init(tag: String) {
    management = "hydra-management:\(tag)"
    data = "hydra-data:\(tag)"
    proxy = "hydra-proxy:\(tag)"
    node = "hydra-node:\(tag)"
  }

  package var all: [String] { [management, data, proxy, node] }
}
