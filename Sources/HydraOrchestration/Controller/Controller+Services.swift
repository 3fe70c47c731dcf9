public import HydraModel

extension Controller: ServiceOperations {
  /// How long a service may take until every replica is ready, images included, unless it says otherwise.
  static var deployLimit: Duration { .seconds(600) }
  /// How often a replica is started in vain before its deployment has failed.
  static var deployTries: Int { 3 }

  public func addService(_ spec: ServiceSpec) async throws -> ServiceState {
    try requireStarted()
    try HydraError.throwIfAny(spec.problems())
    try await record(spec)
    let begun = time.uptime()
    do {
      let limit = spec.within.map { Duration.seconds($0) } ?? Controller.deployLimit
      return try await until("service '\(spec.alias)' to be ready", within: limit) { controller in
        try controller.deployed(spec.alias)
      }
    } catch {
      let failure = explained(HydraError.wrapping(error), spec, after: time.uptime() - begun)
      await shielded { await self.undoAdd(service: spec.alias) }
      throw failure
    }
  }

  public func services() throws -> [ServiceState] {
    try requireStarted()
    return desired.orderedServices.map(serviceState)
  }

  public func service(named alias: String) throws -> ServiceState {
    try requireStarted()
    return serviceState(try existing(service: alias))
  }

  public func removeService(named alias: String) async throws {
    try requireStarted()
    let record = try existing(service: alias)
    try await commit {
      $0.services[alias]?.phase = .removing
    } revert: {
      $0.services[alias] = record
    }
    cancelActions(of: alias)
    try await until("service '\(alias)' to be removed", within: .seconds(120)) {
      $0.desired.services[alias] == nil ? true : nil
    }
  }

  // MARK: Parts

  func existing(service alias: String) throws -> ServiceRecord {
    guard let record = desired.services[alias] else {
      let known = desired.orderedServices.map(\.spec.alias)
      throw HydraError(
        .notFound, "there is no service '\(alias)'",
        remedy: known.isEmpty ? "add one with 'service add'" : "known services: \(known.joined(separator: ", "))")
    }
    return record
  }

  private func record(_ spec: ServiceSpec) async throws {
    let request = RequestContext.idempotencyKey
    if let known = desired.services[spec.alias] {
      if let request, known.request == request, known.spec == spec { return }
      throw HydraError(
        .conflict, "service '\(spec.alias)' already exists",
        remedy: "remove it with 'service remove \(spec.alias)' or choose another alias")
    }
    let record = ServiceRecord(spec: spec, added: time.now(), request: request)
    try requireRoom(for: record)
    try await commit {
      $0.services[spec.alias] = record
    } revert: {
      $0.services[spec.alias] = nil
    }
    emit(.serviceAdded, service: spec.alias, "service '\(spec.alias)' is being deployed")
  }

  private func requireRoom(for record: ServiceRecord) throws {
    let free = desired.orderedNodes.count {
      Scheduler.obstacle($0, for: record, desired: desired, observed: observed) == nil
    }
    guard free < record.spec.replicas else { return }
    let needed =
      record.spec.replicas == 1
      ? "1 replica needs a free node" : "\(record.spec.replicas) replicas need \(record.spec.replicas) free nodes"
    let available = free == 0 ? "none is free" : free == 1 ? "only 1 is free" : "only \(free) are free"
    let reasons = desired.nodes.isEmpty || free < desired.nodes.count ? " (\(obstacles(to: record)))" : ""
    throw HydraError(
      .noCapacity,
      "service '\(record.spec.alias)': \(needed); \(available)\(reasons)",
      remedy: "add nodes with 'node add', or request fewer replicas")
  }

  private func deployed(_ alias: String) throws -> ServiceState? {
    guard let record = desired.services[alias], record.phase != .removing else {
      throw HydraError(.conflict, "service '\(alias)' was removed while it was being deployed")
    }
    if record.phase == .active { return serviceState(record) }
    for assignment in record.assignments {
      guard let node = assignment.node, observed.condition(of: node) == .ready else { continue }
      if let failure = failures[.image(record.spec.image, node: node)],
        failure.error.code == .imageUnavailable || failure.count >= Controller.deployTries
      {
        throw failure.error
      }
      let failure = failures[.replica(service: alias, slot: assignment.slot, node: node)]
      if var failure, failure.count >= Controller.deployTries {
        failure.error.message += " (\(failure.count) attempts)"
        throw failure.error
      }
    }
    return nil
  }

  /// `error`, with what held the deployment up and how long it took.
  private func explained(_ error: HydraError, _ spec: ServiceSpec, after spent: Duration) -> HydraError {
    guard error.code != .cancelled, let record = desired.services[spec.alias] else { return error }
    var error = error
    if error.code == .timeout {
      if let reason = serviceState(record).reason { error.message += ": \(reason)" }
      return error
    }
    let seconds = Int((spent / .seconds(1)).rounded(.up))
    error.message = "service '\(spec.alias)' failed to deploy in \(seconds) s: \(error.message)"
    return error
  }

  private func undoAdd(service alias: String) async {
    change { $0.services[alias]?.phase = .removing }
    cancelActions(of: alias)
    do {
      try await until("service '\(alias)' to be rolled back", within: .seconds(60)) {
        $0.desired.services[alias] == nil ? true : nil
      }
    } catch {
      emit(
        .errorReported, service: alias,
        "service '\(alias)' is still being removed: \(HydraError.wrapping(error).message)")
    }
  }

  private func cancelActions(of alias: String) {
    for (subject, task) in running where subject.isReplica(of: alias) { task.cancel() }
  }
}
