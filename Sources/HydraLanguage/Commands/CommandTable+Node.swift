extension CommandTable {
  /// Bounds of `--cpus`, the same as the API's.
  static let cpus = ParameterType.float(0.01...1024)

  static let nodeCommands: [CommandSpec] = [
    CommandSpec(
      .nodeAdd, "add nodes to a cluster",
      details: "Answers when every new node is ready. Several nodes are started at the same time.",
      options: [
        .option("--count", .int(1...200), "how many; the result is then a list", default: .int(1), makesList: true),
        .option("--cpus", cpus, "processors each may use"),
        .option("--memory", .size, "memory each may use"),
        .option("--label", .keyValue, "label of each", repeated: true),
      ],
      examples: ["node add", "node add --count 5", "node add --cpus 0.5 --memory 256MiB --label rack=a"]),
    CommandSpec(.nodeList, "list the nodes", examples: ["node list", "node list --output names"]),
    CommandSpec(
      .nodeInspect, "show one node", arguments: [.argument("NODE", .name, "the node", completion: .nodes)],
      examples: ["node inspect node-1"]),
    CommandSpec(
      .nodeRemove, "take nodes out of the cluster",
      details: "Their replicas are moved first; without room for them that is refused, unless --force.",
      arguments: [.argument("NODE", .name, "the nodes", repeated: true, completion: .nodes)],
      options: [.option("--force", .flag, "even when replicas are lost")], examples: ["node remove node-3"]),
    CommandSpec(
      .nodeKill, "kill a node's container, on purpose",
      details: "What `docker kill` does: the node dies at once, its replicas are moved to free nodes.",
      arguments: [.argument("NODE", .name, "the nodes", repeated: true, completion: .runningNodes)],
      examples: ["node kill node-2"]),
    CommandSpec(
      .nodeStart, "start a node that is down",
      details: "It joins empty: what it ran before has been moved elsewhere.",
      arguments: [.argument("NODE", .name, "the nodes", repeated: true, completion: .downNodes)],
      examples: ["node start node-2"]),
  ]
}
