import FoundationEssentials
public import HydraModel

/// A request that changes the cluster, and what the core does with it. It waits in the core for its condition, with a
/// deadline, and what it did can be undone there.
///
/// The life of a request: ``begin`` decides and says what changes; that is saved; ``committed`` acts; ``advance`` is asked
/// after each change whether the condition holds. If it fails or is cancelled, ``undo`` takes back its own changes, and no
/// others.
public protocol Work: ClusterRequest where Answer: ReplyValue {
  /// Parts of the core without which waiting is no use.
  var needs: [Part] { get }
  /// Whether, after a restart, what ``committed`` did has to be done again once the client repeats it.
  var resumes: Bool { get }

  /// How long it may take.
  func limit(_ timings: Timings) -> Duration
  /// What it waits for: completes `waited 60 s for `.
  func condition(_ request: RequestRecord) -> String
  /// Whether enough is known to decide on it; until then it waits.
  func canBegin(_ core: ControlCore) -> Bool
  /// Decides, chooses the subject, and returns what is to change; throws why it is refused.
  func begin(_ core: inout ControlCore, _ request: inout RequestRecord) throws(HydraError) -> [Change]
  /// Its changes are saved.
  func committed(_ core: inout ControlCore, _ request: RequestRecord)
  /// Its answer once its condition holds; throws why it never will.
  func advance(_ core: ControlCore, _ request: RequestRecord) throws(HydraError) -> Answer?
  /// `error`, with what the core knows about it.
  func explained(_ error: HydraError, _ core: ControlCore, _ request: RequestRecord) -> HydraError
  /// The node whose last words explain `error`.
  func witness(_ error: HydraError, _ request: RequestRecord) -> String?
  /// What takes its changes back; nil if they can't be taken back any more, and go on.
  func undo(_ core: inout ControlCore, _ request: RequestRecord, _ error: HydraError) -> [Change]?
  /// Whether nothing of it is left.
  func isUndone(_ core: ControlCore, _ request: RequestRecord) -> Bool
}

extension Work {
  public var needs: [Part] { [] }
  public var resumes: Bool { false }
  public func canBegin(_ core: ControlCore) -> Bool { true }
  public func committed(_ core: inout ControlCore, _ request: RequestRecord) {}
  public func explained(_ error: HydraError, _ core: ControlCore, _ request: RequestRecord) -> HydraError { error }
  public func witness(_ error: HydraError, _ request: RequestRecord) -> String? { nil }
  public func undo(_ core: inout ControlCore, _ request: RequestRecord, _ error: HydraError) -> [Change]? { [] }
  public func isUndone(_ core: ControlCore, _ request: RequestRecord) -> Bool { true }
}

/// A request that does one thing to the container of a node, and waits for what becomes of it.
protocol NodeWork: Work, NodeRequest {
  /// What it does to the container of `node`.
  func effect(on node: String) -> Effect.Kind
}

extension NodeWork {
  public var resumes: Bool { true }
  public func committed(_ core: inout ControlCore, _ request: RequestRecord) {
    guard let name = request.subject else { return }
    core.want(effect(on: name), as: .job(request.key))
  }
}

/// The requests that the core keeps.
enum Works {
  /// The request that was saved; nil if this version does not know it.
  static func decode(_ record: RequestRecord) -> (any Work)? {
    guard let type = ClusterRequests.all.first(where: { $0.name == record.name }) as? any Work.Type else { return nil }
    return try? type.init(json: record.body)
  }
}

extension Work {
  /// ``advance(_:_:)``, whatever its type.
  func reply(_ core: ControlCore, _ request: RequestRecord) throws(HydraError) -> Reply? {
    try advance(core, request)?.reply
  }

  init(json: String) throws { self = try HydraJSON.decode(Self.self, from: .init(json.utf8)) }
  /// Its body; equal for equal requests.
  var json: String { (try? HydraJSON.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "" }
}

extension ControlCore {
  /// The node called `name`, by its own name or that of its container.
  func existing(_ name: String) throws(HydraError) -> NodeRecord {
    if let record = projected.nodes[names.node(name)] { return record }
    let known = desired.orderedNodes.map(\.name)
    throw HydraError(
      .notFound, "there is no node '\(name)'",
      remedy: known.isEmpty ? "add one with 'node add'" : "known nodes: \(known.joined(separator: ", "))")
  }

  /// Whether somebody else has requested the same, and still wants it: then it is not for `request` to take it back.
  func hasTwin(_ request: RequestRecord) -> Bool {
    jobs.open.contains { key in
      guard key != request.key, let other = jobs[key]?.record else { return false }
      return other.name == request.name && other.subject == request.subject && other.failure == nil
    }
  }

  /// The node that `request` works on; throws if it was removed since.
  func node(of request: RequestRecord) throws(HydraError) -> NodeRecord {
    if let record = request.subject.flatMap({ desired.nodes[$0] }) { return record }
    throw HydraError(.conflict, "\(request.subject ?? "the node") was removed meanwhile")
  }

  func existing(service alias: String) throws(HydraError) -> ServiceRecord {
    if let record = projected.services[alias] { return record }
    let known = desired.orderedServices.map(\.spec.alias)
    throw HydraError(
      .notFound, "there is no service '\(alias)'",
      remedy: known.isEmpty ? "add one with 'service add'" : "known services: \(known.joined(separator: ", "))")
  }
}
