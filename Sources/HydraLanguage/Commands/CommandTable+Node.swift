extension CommandTable {
  /// Bounds of `--cpus`, the same as the API's.
  static let cpus = ParameterType.float(0.01...1024)

  static let nodeCommands: [CommandSpec] = [
    CommandSpec(
      .nodeAdd, "add nodes to a cluster", result: .oneOrMore(.node),
      details: "Returns when every new node is ready. Several nodes are started at the same time.",
      options: [
        .option(
          .count, .int(1...200), "number of nodes; the result is then a list", default: .int(1), makesList: true),
        .option(.cpus, cpus, "CPU limit of each node"),
        .option(.memory, .size, "memory limit of each node"),
        .option(.label, .keyValue, "label of each node", repeated: true),
      ],
      examples: ["node add", "node add --count 5", "node add --cpus 0.5 --memory 256MiB --label rack=a"]),
    CommandSpec(
      .nodeList, "list the nodes", result: .list(.node), examples: ["node list", "node list --output names"]),
    CommandSpec(
      .nodeInspect, "show a node", result: .one(.node),
      arguments: [.argument(.node, .name, "the node", completion: .nodes)],
      examples: ["node inspect node-1"]),
    CommandSpec(
      .nodeRemove, "remove nodes from the cluster", result: .names,
      details:
        "Their replicas are moved first; without free nodes for them the command fails, unless --force is given.",
      arguments: [.argument(.node, .name, "the nodes", repeated: true, completion: .nodes)],
      options: [.option(.force, .flag, "remove the nodes even if replicas are lost")],
      examples: ["node remove node-3"]),
    CommandSpec(
      .nodeKill, "kill a node's container", result: .oneOrMore(.node),
      details: "Like `docker kill`: the node dies at once, and its replicas are moved to free nodes.",
      arguments: [.argument(.node, .name, "the nodes", repeated: true, completion: .runningNodes)],
      examples: ["node kill node-2"]),
    CommandSpec(
      .nodeStart, "start a node that is down", result: .oneOrMore(.node),
      details: "The node joins empty: its replicas have been moved elsewhere.",
      arguments: [.argument(.node, .name, "the nodes", repeated: true, completion: .downNodes)],
      examples: ["node start node-2"]),
    CommandSpec(
      .nodePause, "freeze a node's container", result: .oneOrMore(.node),
      details:
        "Like `docker pause`: its processes stand still, as on a machine that hangs, and its replicas are moved to free nodes.",
      arguments: [.argument(.node, .name, "the nodes", repeated: true, completion: .runningNodes)],
      examples: ["node pause node-2"]),
    CommandSpec(
      .nodeUnpause, "let a paused node go on", result: .oneOrMore(.node),
      details: "The node joins empty: it stops what has been moved elsewhere before it is ready.",
      arguments: [.argument(.node, .name, "the nodes", repeated: true, completion: .downNodes)],
      examples: ["node unpause node-2"]),
  ]
}
