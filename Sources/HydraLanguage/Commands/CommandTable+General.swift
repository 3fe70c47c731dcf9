extension CommandTable {
  static let generalCommands: [CommandSpec] = [
    CommandSpec(
      .migrate, "move a replica of a service to another node",
      details: """
        Answers when the replica serves from its new node. Without --from the most loaded node is left, without --to the \
        least loaded free one is taken.
        """,
      arguments: [.argument("SERVICE", .name, "the service", completion: .services)],
      options: [
        .option("--from", .name, "the node to leave", completion: .nodesWithService),
        .option("--to", .name, "the node to go to", completion: .nodesWithoutService),
      ],
      examples: ["migrate hello1", "migrate hello1 --from node-1 --to node-4"]),
    CommandSpec(.state, "show the whole cluster", examples: ["state", "state --output json"]),
    CommandSpec(
      .watch, "show events as they happen",
      details: """
        Goes on until interrupted, until --until is true, or until --for is over. With both, it fails when the time is \
        over first. With --live a terminal shows the cluster as a picture that follows what happens; anywhere else, and \
        in another form than a table, there are lines as without it.
        """,
      arguments: [
        .argument(
          "WHAT", .name, "nodes, services, or one service; everything when left out", required: false,
          completion: .services, suggestions: ["nodes", "services"])
      ],
      options: [
        .option("--until", .expression, "end when this is true"),
        .option("--for", .duration, "end after this time"),
        .option("--live", .flag, "redraw nodes, services and events in place"),
      ],
      examples: ["watch", "watch --live", "watch nodes --for 10s", "watch --until service(hello1).ready == 3 --for 1m"]),
    CommandSpec(
      .help, "explain commands and the language",
      arguments: [
        .argument(
          "TOPIC", .string, "a command, or a statement of the language", required: false, repeated: true,
          completion: .helpTopics)
      ],
      examples: ["help", "help node add", "help wait"]),
    CommandSpec(
      .print, "print values, separated by blanks",
      arguments: [.argument("VALUE", .any, "what to print", required: false, repeated: true)],
      examples: ["print \"nodes: ${len(nodes())}\""]),
    CommandSpec(
      .sleep, "wait for a fixed time",
      details: "Prefer `wait until`, which goes on as soon as what you wait for is there.",
      arguments: [.argument("TIME", .duration, "how long")], examples: ["sleep 500ms"]),
  ]
}
