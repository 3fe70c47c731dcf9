import FoundationEssentials
import HydraDiagnostics
import HydraModel

/// The model as tables for people.
struct ModelTables {
  let paint: Paint
  let now: Date
  /// Columns of the terminal that tables are to fit into; nil where nothing may be cut.
  var width: Int?

  func nodes(_ nodes: [NodeState]) -> String {
    guard !nodes.isEmpty else { return "no nodes\n" }
    return Table(
      columns: ["node", "state", "address", "services", "cpus", "memory", "labels", "since", "reason"],
      rows: nodes.map { node in
        [
          .init(node.name), .init(node.state.rawValue, node.state.meaning), .init(node.ip),
          .init(names: node.services), .init(Units.processors(node.cpus)),
          .init(Units.size(node.memory)),
          .init(pairs(node.labels)), .init(Units.age(since: node.since, now: now)), .init(node.reason),
        ]
      }, rightAligned: ["cpus", "memory", "since"]
    ).render(paint, width: width)
  }

  func node(_ node: NodeState) -> String {
    Fields(rows: [
      ("node", .init(node.name)), ("container", .init(node.container)),
      ("state", .init(node.state.rawValue, node.state.meaning)),
      ("reason", .init(node.reason)),
      ("since", .init("\(HydraJSON.format(node.since)) (\(Units.age(since: node.since, now: now)) ago)")),
      ("address", .init(node.ip)), ("image", .init(node.image)),
      ("services", .init(node.services.isEmpty ? "none" : node.services.joined(separator: ", "))),
      ("cpus", .init(Units.processors(node.cpus))), ("memory", .init(Units.size(node.memory))),
      ("labels", .init(pairs(node.labels))),
    ]).render(paint)
  }

  func services(_ services: [ServiceState]) -> String {
    guard !services.isEmpty else { return "no services\n" }
    return Table(
      columns: ["service", "ready", "state", "image", "ports", "nodes", "endpoint", "reason"],
      rows: services.map { service in
        [
          .init(service.name), .init("\(service.ready)/\(service.replicas)", service.state.meaning),
          .init(service.state.rawValue, service.state.meaning), .init(service.image),
          .init("\(service.nodePort):\(service.servicePort)"),
          .init(names: service.nodes.compactMap(\.name)),
          .init(service.endpoints.first), .init(service.reason),
        ]
      }
    ).render(paint, width: width)
  }

  func service(_ service: ServiceState) -> String {
    Fields(rows: [
      ("service", .init(service.name)), ("state", .init(service.state.rawValue, service.state.meaning)),
      ("reason", .init(service.reason)),
      ("ready", .init("\(service.ready)/\(service.replicas)", service.state.meaning)),
      ("image", .init(service.image)), ("ports", .init("\(service.nodePort):\(service.servicePort)")),
      ("health", .init(service.health ?? "TCP connect")),
      ("endpoint", .init(service.endpoints.joined(separator: ", "))),
    ]).render(paint) + replicas(service.nodes)
  }

  private func replicas(_ replicas: [ReplicaState]) -> String {
    Table(
      columns: ["replica", "node", "state", "reason"],
      rows: replicas.map { replica in
        [
          .init("\(replica.slot)"), .init(replica.name ?? "-"), .init(replica.state.rawValue, replica.state.meaning),
          .init(replica.reason),
        ]
      }, rightAligned: ["replica"]
    ).render(paint, width: width, indent: "  ")
  }

  func state(_ state: ClusterState) -> String {
    let ready = state.nodes.filter { $0.state == .ready }.count
    let head = Fields(rows: [
      ("cluster", .init(state.name, .strong)),
      ("nodes", .init("\(ready)/\(state.nodes.count) ready", ready == state.nodes.count ? .good : .bad)),
      ("api", .init(state.api.state)), ("proxy", .init(state.proxy.endpoint)), ("stats", .init(state.proxy.stats)),
    ]).render(paint)
    let last = migrations(Array(state.migrations.suffix(5)))
    return head + "\n" + nodes(state.nodes) + "\n" + services(state.services) + (last.isEmpty ? "" : "\n" + last)
  }

  func clusters(_ clusters: [ClusterSummary]) -> String {
    guard !clusters.isEmpty else { return "no clusters\n" }
    return Table(
      columns: ["", "cluster", "state", "nodes", "services", "origin", "api", "proxy", "stats", "reason"],
      rows: clusters.map { cluster in
        [
          .init(cluster.current ? "*" : ""), .init(cluster.name), .init(cluster.state.rawValue, cluster.state.meaning),
          .init("\(cluster.nodesReady)/\(cluster.nodes)", cluster.nodesReady < cluster.nodes ? .bad : nil),
          .init(cluster.services.map(String.init)), .init(cluster.origin.rawValue), .init(cluster.api),
          .init(cluster.proxy), .init(cluster.stats), .init(cluster.reason),
        ]
      }, rightAligned: ["services"]
    ).render(paint, width: width)
  }

  func cluster(_ cluster: ClusterSummary) -> String {
    Fields(rows: [
      ("cluster", .init(cluster.name)), ("state", .init(cluster.state.rawValue, cluster.state.meaning)),
      ("reason", .init(cluster.reason)),
      ("nodes", .init("\(cluster.nodesReady)/\(cluster.nodes) ready", cluster.nodesReady < cluster.nodes ? .bad : nil)),
      ("services", .init(cluster.services.map(String.init))),
      ("api", .init(cluster.api)), ("proxy", .init(cluster.proxy)), ("stats", .init(cluster.stats)),
      ("origin", .init(cluster.origin.rawValue)), ("in use", .init(cluster.current ? "yes" : "no")),
    ]).render(paint)
      + Table(
        columns: ["component", "role", "state", "address"],
        rows: cluster.components.map { component in
          [
            .init(component.name), .init(component.role.rawValue),
            .init(component.state, component.state == "running" ? .good : .bad), .init(component.ip),
          ]
        }
      ).render(paint, width: width, indent: "  ")
  }

  func destroyed(_ report: DestroyReport) -> String {
    let parts = [(report.containers, "container"), (report.networks, "network"), (report.volumes, "volume")]
      .filter { !$0.0.isEmpty }.map { Plural.of($0.0.count, $0.1) }
    return "cluster \(Shown.line(report.name)) destroyed: \(parts.joined(separator: ", ")) removed\n"
  }

  /// Migrations, oldest first.
  private func migrations(_ migrations: [Migration]) -> String {
    Table(
      columns: ["migration", "time", "from", "to", "state", "took", "reason"],
      rows: migrations.map { migration in
        [
          .init("\(migration.service).\(migration.slot)"),
          .init(migration.phases.first.map { Units.timeOfDay($0.at) }), .init(migration.from ?? "-"),
          .init(migration.to ?? "-"), .init(migration.outcome.rawValue, migration.outcome.meaning),
          .init(migration.milliseconds.map { TimeText.of(.milliseconds($0)) }), .init(migration.reason),
        ]
      }, rightAligned: ["took"]
    ).render(paint, width: width)
  }

  /// `hello1.2  node-2 → node-5  done in 335 ms (decided +4 ms, image +9 ms, …): node-2 is down (die)`.
  func migration(_ migration: Migration) -> String {
    let time = migration.milliseconds.map { " in \(TimeText.of(.milliseconds($0)))" } ?? ""
    var text = "\(migration.service).\(migration.slot)  \(migration.from ?? "-") → \(migration.to ?? "-")  "
    text = Shown.line(text) + paint(migration.outcome.rawValue, migration.outcome.meaning) + time
    if let first = migration.phases.first, migration.phases.count > 1 {
      let steps = migration.phases.dropFirst().map { phase in
        "\(phase.name.rawValue) +\(TimeText.of(.seconds(max(phase.at.timeIntervalSince(first.at), 0))))"
      }
      text += paint(" (\(steps.joined(separator: ", ")))", .faint)
    }
    return text + ": \(Shown.line(migration.reason))\n"
  }

  func event(_ event: ClusterEvent) -> String {
    let kind = event.kind.rawValue
    let gap = String(repeating: " ", count: max(ModelTables.longestKind - kind.count, 0))
    return
      "\(paint(Units.timeOfDay(event.time), .faint))  \(paint(kind, event.kind.meaning))\(gap)  \(Shown.line(event.message))\n"
  }

  private static let longestKind = ClusterEvent.Kind.allCases.map(\.rawValue.count).max() ?? 0

  private func pairs(_ labels: [String: String]) -> String {
    labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }
}
