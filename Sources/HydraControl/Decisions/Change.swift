import HydraModel

/// One change of what is desired, as a value: it can be saved before it is acted upon, and applied to whatever the state has
/// become meanwhile.
public enum Change: Sendable, Equatable {
  /// Adds a node.
  case addNode(NodeRecord)
  /// Puts a node into another phase.
  case setNode(String, NodeRecord.Phase)
  /// Takes away what `node` serves and no other node has room for.
  case abandon(node: String, slots: [SlotName])
  /// Adds a service.
  case addService(ServiceRecord)
  /// Puts a service into another phase.
  case setService(String, ServiceRecord.Phase)
  /// Begins a move; the migration of that id was begun with it.
  case arrive(SlotName, to: String, migration: String)
  /// Gives a move up.
  case turnBack(SlotName, from: String)

  /// Whether it takes back something destructive: then it is acted upon at once, before it is saved.
  var isRetreat: Bool {
    switch self {
    case .setNode(_, .active), .setService(_, .active): true
    default: false
    }
  }

  /// Applies it, if it still can be: what it is about may be gone.
  func apply(to desired: inout DesiredState) {
    switch self {
    case .addNode(let record):
      desired.nodes[record.name] = record
      desired.nextNode = max(desired.nextNode, record.index + 1)
    case .setNode(let name, let phase): desired.nodes[name]?.phase = phase
    case .abandon(let node, let slots):
      for slot in slots { desired[slot]?.tasks.removeAll { $0.node == node } }
    case .addService(let record): desired.services[record.spec.alias] = record
    case .setService(let alias, let phase): desired.services[alias]?.phase = phase
    case .arrive(let name, let node, let migration):
      // Something else may have taken the place meanwhile, as a failover does, which does not wait.
      guard let slot = desired[name], slot.arriving == nil, desired.services[name.service]?.occupies(node) == false,
        desired.nodes[node].map({ $0.phase != .removing }) == true
      else { return }
      desired[name]?.tasks.append(ReplicaTask(node, slot.serving == nil ? .serving : .arriving))
      desired[name]?.migration = migration
    case .turnBack(let name, let node):
      guard let index = desired[name]?.tasks.firstIndex(where: { $0.node == node && $0.role == .arriving }) else {
        return
      }
      desired[name]?.tasks[index].role = .leaving
    }
  }
}

/// Names one replica of the cluster.
public struct SlotName: Sendable, Hashable {
  /// Alias of its service.
  public var service: String
  /// Its number.
  public var slot: Int

  /// Slot `slot` of `service`.
  public init(_ service: String, _ slot: Int) {
    self.service = service
    self.slot = slot
  }

  /// `web.1`.
  var text: String { "\(service).\(slot)" }
}

extension DesiredState {
  /// The slot of that name.
  subscript(name: SlotName) -> Slot? {
    get { services[name.service]?.slots.first { $0.number == name.slot } }
    set {
      guard let newValue, let index = services[name.service]?.slots.firstIndex(where: { $0.number == name.slot }) else {
        return
      }
      services[name.service]?.slots[index] = newValue
    }
  }
}
