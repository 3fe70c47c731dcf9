/// The five kinds of component, and the two kinds of thing that are not containers.
public enum ClusterRole: String, Sendable, Codable, CaseIterable {
  case management
  case data
  case proxy
  case node
  case service
  case network
  case volume
}
