extension CommandTable {
  static let serviceCommands: [CommandSpec] = [
    CommandSpec(
      .serviceAdd, "deploy a service",
      details: """
        Runs the replicas on distinct nodes and answers when every one is ready and routed. A deploy that fails leaves \
        nothing behind. Words after -- replace the image's own command.
        """,
      arguments: [.argument("ALIAS", .name, "name of the service, and its path at the proxy")],
      options: [
        .option("--image", .name, "image of the replicas", required: true, completion: .images),
        .option("--replicas", .int(1...200), "how many, each on a node of its own", default: .int(1)),
        .option("--node-port", .port(zeroAllowed: false), "port taken on each node", required: true),
        .option("--service-port", .port(zeroAllowed: false), "port inside each container", required: true),
        .option("--env", .keyValue, "environment variable", repeated: true),
        .option("--cpus", cpus, "processors each replica may use"),
        .option("--memory", .size, "memory each replica may use"),
        .option("--health", .urlPath, "path of an HTTP health check; a TCP connection is the check without"),
      ],
      rest: .argument("COMMAND", .string, "command instead of the image's own", required: false, repeated: true),
      examples: [
        "service add hello1 --image hydra-hello --replicas 3 --node-port 8001 --service-port 8000",
        "service add web --image nginx --node-port 8002 --service-port 80 --env MODE=demo --health /",
      ]),
    CommandSpec(.serviceList, "list the services", examples: ["service list"]),
    CommandSpec(
      .serviceInspect, "show one service with its replicas",
      arguments: [.argument("SERVICE", .name, "the service", completion: .services)],
      examples: ["service inspect hello1 --output json"]),
    CommandSpec(
      .serviceRemove, "remove services with all their replicas",
      arguments: [.argument("SERVICE", .name, "the services", repeated: true, completion: .services)],
      examples: ["service remove hello1"]),
  ]
}
