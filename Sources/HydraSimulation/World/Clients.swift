import HydraControl
import HydraModel

/// People and programs that request things, and keep their own ledger of what they were told.
struct Clients: Sendable {
  struct Pending: Sendable {
    var work: any Work
    var key: String
    var id: RequestID?
    var begun: Duration
    var isCancelled = false
    /// Whether an earlier answer left open what was done.
    var isOpen = false
    /// Whether somebody outside of the world waits for the answer.
    var isAsked = false
  }

  var pending: [Int: Pending] = [:]
  var next = 0
  var nextID: UInt64 = 0
  var numbers: [RequestID: Int] = [:]
  var serviceCounter = 0
  /// Answers by key: a repeat has to get the same one.
  var answers: [String: Result<Reply, HydraError>] = [:]
  /// Keys whose answer was final, to be repeated now and then.
  var finalKeys: [(key: String, work: any Work)] = []

  /// Nodes and services that were acknowledged and not removed again since.
  var nodes: Set<String> = []
  var services: [String: ServiceSpec] = [:]
  /// Removals that were acknowledged.
  var removedNodes: Set<String> = []
  /// Of these nobody knows: a request about them failed in a way that leaves it open, or is under way.
  var openNodes: Set<String> = []
  var openServices: Set<String> = []
  /// Nodes that somebody wanted removed by force: what runs there may be given up.
  var givenUp: Set<String> = []
}

extension World {
  /// Begins a life with clients.
  mutating func beginClients() { schedule(.nextClient, after: random.time(.milliseconds(10), .milliseconds(500))) }

  mutating func nextClient() {
    guard !isCalm else { return }
    if clients.pending.count < 4 {
      if let (work, key) = repeated() {
        request(work, key: key)
      } else if let work = chooseWork() {
        request(work, key: "key-\(clients.next)")
      }
    }
    schedule(.nextClient, after: random.time(.milliseconds(50), .seconds(4)))
  }

  private mutating func repeated() -> (any Work, String)? {
    guard !clients.finalKeys.isEmpty, random.happens(0.1) else { return nil }
    let (key, work) = clients.finalKeys[random.index(clients.finalKeys.count)]
    return clients.pending.values.contains { $0.key == key } ? nil : (work, key)
  }

  private mutating func chooseWork() -> (any Work)? {
    let names = nodes.keys.sorted()
    let aliases = clients.services.keys.sorted()
    let node = names.isEmpty ? "node-1" : names[random.index(names.count)]
    let alias = aliases.isEmpty ? "none" : aliases[random.index(aliases.count)]
    switch random.index(20) {
    case 0...4: return names.count < 6 ? AddNode(NodeSpec()) : nil
    case 5: return RemoveNode(node, force: random.happens(0.5))
    case 6, 7: return KillNode(node)
    case 8: return PauseNode(node)
    case 9: return UnpauseNode(node)
    case 10: return StartNode(node)
    case 11...14:
      guard aliases.count < 6 else { return nil }
      clients.serviceCounter += 1
      let number = clients.serviceCounter
      let image = random.happens(0.05) ? "missing" : "image-\(number % 3)"
      let spec = ServiceSpec(
        alias: "s\(number)", image: image, replicas: 1 + random.index(3), nodePort: 8000 + random.index(4),
        servicePort: 80)
      return AddService(spec)
    case 15, 16: return RemoveService(alias)
    default:
      return MoveReplica(alias, from: nil, to: random.happens(0.5) ? node : nil)
    }
  }

  /// Requests `work` under `key`.
  @discardableResult
  mutating func request(_ work: any Work, key: String) -> Int {
    let number = clients.next
    clients.next += 1
    clients.pending[number] = Clients.Pending(work: work, key: key, begun: clock)
    note("client \(number) requests \(work) under \(key)")
    open(work)
    send(number)
    if !isCalm, random.happens(0.1) { schedule(.client(number), after: random.time(.milliseconds(1), .seconds(5))) }
    return number
  }

  /// Requests `work` as a client that repeats it, under its key, when the connection breaks or something is unavailable;
  /// ``asked`` has its answer.
  mutating func ask(_ work: any Work, key: String) -> Int {
    let number = clients.next
    clients.next += 1
    clients.pending[number] = Clients.Pending(work: work, key: key, begun: clock, isAsked: true)
    note("request: \(work.redacted.text)")
    open(work)
    send(number)
    return number
  }

  /// Cancels what was asked; its answer tells what became of it.
  mutating func withdraw(_ number: Int) {
    guard let pending = clients.pending[number], !pending.isCancelled else { return }
    clients.pending[number]?.isCancelled = true
    if let id = pending.id, core != nil, checker.epochOf[id] == epoch { feed(.cancel(id)) }
  }

  private mutating func send(_ number: Int) {
    guard let pending = clients.pending[number], core != nil else { return }
    clients.nextID += 1
    let id = RequestID(clients.nextID)
    note("client \(number) sends as \(id.number)")
    clients.pending[number]?.id = id
    clients.numbers[id] = number
    feed(.request(id, pending.work, key: pending.key))
    // Cancelled while the management node was away.
    if pending.isAsked, pending.isCancelled { feed(.cancel(id)) }
  }

  /// Clients whose connection broke send their request again, under its key.
  mutating func clientsReconnect() {
    for number in clients.pending.keys.sorted() {
      schedule(.client(number), after: random.time(.milliseconds(1), .seconds(1)))
    }
  }

  /// Client `number` sends again after a broken connection, or cancels.
  mutating func clientActs(_ number: Int) {
    guard let pending = clients.pending[number], core != nil else { return }
    if let id = pending.id, clients.numbers[id] != nil, checker.epochOf[id] == epoch {
      guard !isCalm, !pending.isAsked else { return }
      note("client \(number) cancels")
      clients.pending[number]?.isCancelled = true
      feed(.cancel(id))
    } else {
      send(number)
    }
  }

  mutating func answered(_ id: RequestID, _ result: Result<Reply, HydraError>) {
    guard let number = clients.numbers.removeValue(forKey: id) else { return direct[id] = result }
    guard let pending = clients.pending[number] else { return }
    note("client \(number) is answered: \(result.summary)")
    if case .failure(let error) = result, [.unavailable, .unreachable].contains(error.code), !isCalm || core == nil {
      // As the real client: again, after a while.
      if clock - pending.begun < .seconds(30) {
        clients.pending[number]?.id = nil
        clients.pending[number]?.isOpen = true
        return schedule(.client(number), after: random.time(.milliseconds(200), .seconds(2)))
      }
    }
    clients.pending[number] = nil
    if pending.isAsked { asked[number] = result }
    checkRepeat(pending, result)
    conclude(pending, result)
  }

  private mutating func checkRepeat(_ pending: Clients.Pending, _ result: Result<Reply, HydraError>) {
    if case .failure(let error) = result, [.unavailable, .unreachable].contains(error.code) { return }
    // These change nothing that is saved, and are told even while the store is away.
    switch pending.work {
    case is KillNode, is StartNode, is PauseNode, is UnpauseNode: return
    default: break
    }
    if case .success = clients.answers[pending.key], let before = clients.answers[pending.key],
      before.summary != result.summary
    {
      violated(
        "the repeat of \(pending.work) under \(pending.key) was answered \(result.summary), before \(before.summary)")
    }
    if case .failure(let error) = result, [.unavailable, .unreachable, .internal, .cancelled].contains(error.code) {
      return
    }
    if clients.answers[pending.key] == nil { clients.finalKeys.append((pending.key, pending.work)) }
    clients.answers[pending.key] = result
  }
}

extension Result where Success == Reply, Failure == HydraError {
  /// In a few words, the same for equal results.
  var summary: String {
    switch self {
    case .success(.node(let node)): "node \(node.name)"
    case .success(.service(let service)): "service \(service.name)"
    case .success(.migration(let migration)): "migration \(migration.id)"
    case .success(let answer): "\(answer)"
    case .failure(let error): "\(error.code): \(error.message)"
    }
  }
}
