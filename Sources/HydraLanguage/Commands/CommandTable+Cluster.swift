extension CommandTable {
  static let clusterCommands: [CommandSpec] = [
    CommandSpec(
      .clusterStart, "start a cluster on this machine",
      details: """
        Starts the management node, the data node and the proxy, and as many nodes as asked for. A start that fails or is \
        interrupted leaves nothing behind. Port 0 lets the engine choose a free one.
        """,
      arguments: [.argument("NAME", .name, "name of the new cluster")],
      options: [
        .option("--port", .port(zeroAllowed: true), "host port of the API", default: .int(4000)),
        .option("--proxy-port", .port(zeroAllowed: true), "host port of the services", default: .int(8888)),
        .option("--stats-port", .port(zeroAllowed: true), "host port of the proxy's statistics", default: .int(9999)),
        .option("--nodes", .int(0...200), "nodes to add at once", default: .int(0)),
        .option("--listen", .string, "host address of the three ports", default: .string("127.0.0.1")),
        .option(
          "--auth", .choice(["token", "none"]), "whether changes through the API need the token",
          default: .string("token")),
      ],
      examples: ["cluster start test --port 4000", "cluster start test --nodes 5 --proxy-port 8080"]),
    CommandSpec(
      .clusterDestroy, "remove a cluster with all that belongs to it",
      details: "Removes every container, network and volume with the cluster's label, also what a crash left behind.",
      arguments: [.argument("NAME", .name, "the cluster", completion: .clusters)],
      examples: ["cluster destroy test"]),
    CommandSpec(
      .clusterList, "list the clusters known here", examples: ["cluster list", "cluster list --output json"]),
    CommandSpec(
      .clusterInspect, "show one cluster with its components",
      arguments: [
        .argument("NAME", .name, "the cluster; the one in use when left out", required: false, completion: .clusters)
      ],
      examples: ["cluster inspect test"]),
    CommandSpec(
      .clusterUse, "choose the cluster of commands that name none",
      arguments: [.argument("NAME", .name, "the cluster", completion: .clusters)], examples: ["cluster use test"]),
    CommandSpec(
      .clusterConnect, "make a cluster that was started elsewhere known here",
      arguments: [.argument("URL", .url, "address of its API")],
      options: [.option("--token", .string, "its token, for commands that change something", secret: true)],
      examples: ["cluster connect http://build-7:4000 --token \"${env(TOKEN)}\""]),
    CommandSpec(
      .clusterDisconnect, "forget a connected cluster",
      arguments: [
        .argument(
          "NAME", .name, "the cluster; the one in use when left out", required: false, completion: .connectedClusters)
      ],
      examples: ["cluster disconnect test"]),
  ]
}
