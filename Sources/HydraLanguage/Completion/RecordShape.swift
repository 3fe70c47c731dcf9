/// Which keys the records have that queries answer: what completes the name after a dot. A test of the runtime holds it
/// against the values themselves.
public enum RecordShape: String, Sendable, CaseIterable {
  case state, node, service, replica, cluster, http, api, proxy, component, migration

  /// The keys, in order.
  public var keys: [String] { Self.fields[self]?.map(\.key) ?? [] }

  private struct Field {
    let key: String
    var shape: RecordShape?
    var isList = false
  }

  private static func plain(_ text: String) -> [Field] { text.split(separator: " ").map { Field(key: String($0)) } }

  private static let fields: [RecordShape: [Field]] = [
    .state: plain("name") + [
      Field(key: "nodes", shape: .node, isList: true), Field(key: "services", shape: .service, isList: true),
      Field(key: "api", shape: .api), Field(key: "proxy", shape: .proxy),
      Field(key: "migrations", shape: .migration, isList: true),
    ],
    .node: plain("name state ip services image reason since cpus memory labels"),
    .service: plain("name image replicas ready state reason node_port service_port")
      + [Field(key: "nodes", shape: .replica, isList: true)] + plain("endpoints health"),
    .replica: plain("name state slot service_image node_port service_port reason"),
    .cluster: plain("name state current origin nodes nodes_ready services api proxy stats")
      + [Field(key: "components", shape: .component, isList: true)],
    .http: plain("status body headers time"),
    .api: plain("node state service"),
    .proxy: plain("endpoint stats"),
    .component: plain("name role state ip"),
    .migration: plain("id service slot from to reason outcome milliseconds phases"),
  ]

  /// The keys of what `expression` gives, as far as that can be told without evaluating it.
  static func keys(of expression: Expression, variable: (String) -> [String]?) -> [String] {
    if case .variable(let name) = expression.kind { return variable(name) ?? [] }
    guard let (shape, isList) = shape(of: expression), !isList else { return [] }
    return shape.keys
  }

  private static func shape(of expression: Expression) -> (RecordShape, isList: Bool)? {
    switch expression.kind {
    case .call(let name, let arguments): return shape(ofCall: name.text, arguments)
    case .index(let base, _):
      guard let (shape, isList) = shape(of: base), isList else { return nil }
      return (shape, false)
    case .member(let base, let name):
      guard let (shape, isList) = shape(of: base), !isList,
        let field = fields[shape]?.first(where: { $0.key == name.text }), let inner = field.shape
      else { return nil }
      return (inner, field.isList)
    default: return nil
    }
  }

  private static func shape(
    ofCall name: String, _ arguments: [Expression.Argument]
  ) -> (RecordShape, isList: Bool)? {
    switch FunctionTable.function(name)?.target {
    case .query(.state): return (.state, false)
    case .query(.node): return (.node, false)
    case .query(.nodes): return (.node, true)
    case .query(.service): return (.service, false)
    case .query(.services): return (.service, true)
    case .query(.cluster): return (.cluster, false)
    case .query(.clusters): return (.cluster, true)
    case .query(.http): return (.http, false)
    case .function(.first), .function(.last), .each(.find):
      guard case .value(let list)? = arguments.first, let (shape, isList) = shape(of: list), isList else { return nil }
      return (shape, false)
    case .each(.filter), .function(.reverse):
      guard case .value(let list)? = arguments.first else { return nil }
      return shape(of: list)
    default: return nil
    }
  }
}
