extension CommandTable {
  static let generalCommands: [CommandSpec] = [
    CommandSpec(
      .migrate, "move a replica of a service to another node", result: .one(.migration),
      details: """
        Returns when the replica serves from its new node. By default it leaves the most loaded node and goes to the least \
        loaded free one.
        """,
      arguments: [.argument(.service, .name, "the service", completion: .services)],
      options: [
        .option(.from, .name, "node to leave", completion: .nodesWithService),
        .option(.to, .name, "node to move to", completion: .nodesWithoutService),
      ],
      examples: ["migrate hello1", "migrate hello1 --from node-1 --to node-4"]),
    CommandSpec(.state, "show the whole cluster", result: .one(.state), examples: ["state", "state --output json"]),
    CommandSpec(
      .watch, "show events as they happen",
      details: """
        Continues until interrupted, until --until is true, or until --for has elapsed; with both, it fails if the time \
        elapses first. With --live a terminal shows the cluster in place (q quits); elsewhere, and in formats other than a \
        table, --live has no effect.
        """,
      arguments: [
        .argument(
          .what, .name, "nodes, services, or the name of a service (default: everything)", required: false,
          completion: .services, suggestions: ["nodes", "services"])
      ],
      options: [
        .option(.until, .expression, "stop when this is true"),
        .option(.for, .duration, "stop after this time"),
        .option(.live, .flag, "show nodes, services and events in place"),
      ],
      examples: ["watch", "watch --live", "watch nodes --for 10s", "watch --until service(hello1).ready == 3 --for 1m"]),
    CommandSpec(
      .help, "explain commands and the language",
      arguments: [
        .argument(
          .topic, .string, "a command, or a statement or function of the language", required: false, repeated: true,
          completion: .helpTopics)
      ],
      examples: ["help", "help node add", "help wait"]),
    CommandSpec(
      .print, "print values, separated by spaces",
      arguments: [.argument(.value, .any, "what to print", required: false, repeated: true)],
      examples: ["print \"nodes: ${len(nodes())}\""]),
    CommandSpec(
      .printError, "print values to standard error",
      arguments: [.argument(.value, .any, "what to print", required: false, repeated: true)],
      examples: ["print_error \"only ${len(nodes())} nodes\""]),
    CommandSpec(
      .sleep, "wait for a fixed time",
      details: "Prefer `wait until`, which continues as soon as its condition is true.",
      arguments: [.argument(.time, .duration, "how long")], examples: ["sleep 500ms"]),
  ]
}
