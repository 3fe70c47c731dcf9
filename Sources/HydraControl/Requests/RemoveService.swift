public import HydraModel

extension RemoveService: Work {
  public var needs: [Part] { [.proxy] }
  public func limit(_ timings: Timings) -> Duration { timings.removeService }
  public func condition(_ request: RequestRecord) -> String { "service '\(alias)' to be removed" }

  public func begin(_ core: inout ControlCore, _ request: inout RequestRecord) throws(HydraError) -> [Change] {
    _ = try core.existing(service: alias)
    request.subject = alias
    // A removal that is accepted, and not saved yet, may still be dropped.
    return core.desired.services[alias]?.phase == .removing ? [] : [.setService(alias, .removing)]
  }

  public func advance(_ core: ControlCore, _ request: RequestRecord) throws(HydraError) -> Answer? {
    core.desired.services[alias] == nil ? Removed(alias) : nil
  }

  /// As long as the proxy routes it nothing is lost, and the removal can be taken back; after that it goes on.
  public func undo(_ core: inout ControlCore, _ request: RequestRecord, _ error: HydraError) -> [Change]? {
    if core.hasTwin(request) { return [] }
    guard core.observed.routing.services[alias] != nil, !core.routes.isApplying else { return nil }
    return [.setService(alias, .active)]
  }

  public func isUndone(_ core: ControlCore, _ request: RequestRecord) -> Bool {
    core.desired.services[alias].map { $0.phase != .removing } ?? true
  }
}
