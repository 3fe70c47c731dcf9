import HydraModel

/// What an action works on. Of the actions on one subject one runs at a time, and after a failure there is a pause.
enum Subject: Sendable, Hashable {
  case node(String)
  case image(String, node: String)
  case replica(SlotName, node: String)
  case container(String, node: String)

  /// The node it is on; nil for the node itself, which outlives what runs on it.
  var host: String? {
    switch self {
    case .node: nil
    case .image(_, let node), .replica(_, let node), .container(_, let node): node
    }
  }

  /// The service it belongs to.
  var service: String? {
    if case .replica(let name, _) = self { name.service } else { nil }
  }
}
