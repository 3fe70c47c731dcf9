import HTTPTypes
import HydraModel

extension RouteTable {
  /// `POST /node` of the original, and the nodes as resources.
  mutating func addNodeRoutes(_ cluster: any NodeOperations) {
    change(.post, "/node") { incoming in
      let spec = try NodeSpec.read(incoming.body)
      return { try .json(await cluster.addNode(spec)) }
    }
    get("/nodes") { _ in try .json(await cluster.nodes()) }
    get("/nodes/{name}") { try .json(await cluster.node(named: $0.parameter("name"))) }
    change(.delete, "/nodes/{name}", query: ["force"]) { incoming in
      let name = try incoming.parameter("name")
      let force = try incoming.flag("force")
      try incoming.expectNoFields()
      return {
        try await cluster.removeNode(named: name, force: force)
        return try .json(Removed(name: name))
      }
    }
    change(.post, "/nodes/{name}/kill") { incoming in
      let name = try incoming.parameter("name")
      try incoming.expectNoFields()
      return { try .json(await cluster.killNode(named: name)) }
    }
    change(.post, "/nodes/{name}/start") { incoming in
      let name = try incoming.parameter("name")
      try incoming.expectNoFields()
      return { try .json(await cluster.startNode(named: name)) }
    }
  }
}

/// The answer of a removal.
struct Removed: Encodable {
  var name: String
  var removed = true
}
