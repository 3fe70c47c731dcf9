extension CommandTable {
  static let clusterCommands: [CommandSpec] = [
    CommandSpec(
      .clusterStart, "start a cluster on this machine", result: .one(.cluster),
      details: """
        Starts the management node, the data node and the proxy, and the requested number of nodes. A start that fails or \
        is interrupted is rolled back. Port 0 chooses a free port.
        """,
      arguments: [.argument(.name, .name, "name of the new cluster")],
      options: [
        .option(.port, .port(zeroAllowed: true), "host port of the API", default: .int(4000)),
        .option(.proxyPort, .port(zeroAllowed: true), "host port of the proxy", default: .int(8888)),
        .option(.statsPort, .port(zeroAllowed: true), "host port of the proxy's statistics", default: .int(9999)),
        .option(.nodes, .int(0...200), "number of nodes to add", default: .int(0)),
        .option(
          .listen, .string, "loopback address on which the three ports are published", default: .string("127.0.0.1")),
        .option(
          .auth, .choice(["token", "none"]), "whether requests that change the cluster need its token",
          default: .string("token")),
      ],
      examples: ["cluster start test --port 4000", "cluster start test --nodes 5 --proxy-port 8080"]),
    CommandSpec(
      .clusterDestroy, "remove a cluster and everything that belongs to it", result: .one(.removal),
      details: "Removes every container, network and volume with the cluster's label, including leftovers of a crash.",
      arguments: [.argument(.name, .name, "the cluster", completion: .clusters)],
      examples: ["cluster destroy test"]),
    CommandSpec(
      .clusterList, "list the known clusters", result: .list(.cluster),
      examples: ["cluster list", "cluster list --output json"]),
    CommandSpec(
      .clusterInspect, "show a cluster and its components", result: .one(.cluster),
      arguments: [
        .argument(.name, .name, "the cluster (default: the one in use)", required: false, completion: .clusters)
      ],
      examples: ["cluster inspect test"]),
    CommandSpec(
      .clusterUse, "set the default cluster", result: .one(.cluster),
      arguments: [.argument(.name, .name, "the cluster", completion: .clusters)], examples: ["cluster use test"]),
    CommandSpec(
      .clusterConnect, "add a cluster that was started elsewhere", result: .one(.cluster),
      arguments: [.argument(.url, .url, "address of its API")],
      options: [
        .option(.token, .string, "token of the cluster, required for changes", secret: true),
        .option(.tokenFile, .path, "file that holds the token; - is standard input", completion: .files),
      ],
      examples: [
        "cluster connect http://build-7:4000 --token-file build-7.token",
        "cluster connect http://build-7:4000 --token \"${env(TOKEN)}\"",
      ]),
    CommandSpec(
      .clusterDisconnect, "forget a connected cluster", result: .one(.cluster),
      arguments: [
        .argument(
          .name, .name, "the cluster (default: the one in use)", required: false, completion: .connectedClusters)
      ],
      examples: ["cluster disconnect test"]),
  ]
}
