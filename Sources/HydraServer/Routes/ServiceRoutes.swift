import HTTPTypes
import HydraModel

extension RouteTable {
  /// `POST /service` of the original, and the services as resources.
  mutating func addServiceRoutes(_ cluster: any ServiceOperations) {
    change(.post, "/service") { incoming in
      let spec = try ServiceSpec.read(incoming.body)
      return { try .json(await cluster.addService(spec)) }
    }
    get("/services") { _ in try .json(await cluster.services()) }
    get("/services/{alias}") { try .json(await cluster.service(named: $0.parameter("alias"))) }
    change(.delete, "/services/{alias}") { incoming in
      let alias = try incoming.parameter("alias")
      try incoming.expectNoFields()
      return {
        try await cluster.removeService(named: alias)
        return try .json(Removed(name: alias))
      }
    }
    change(.post, "/services/{alias}/migrate") { incoming in
      let alias = try incoming.parameter("alias")
      let request = try MigrationRequest.read(incoming.body)
      return { try .json(await cluster.migrate(service: alias, from: request.from, to: request.to)) }
    }
  }
}
