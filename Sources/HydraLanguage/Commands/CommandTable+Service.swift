extension CommandTable {
  static let serviceCommands: [CommandSpec] = [
    CommandSpec(
      .serviceAdd, "deploy a service", result: .one(.service),
      details: """
        Runs the replicas on distinct nodes and returns when all of them are ready and receive requests. A deployment that \
        fails is rolled back. Words after -- replace the image's own command.
        """,
      arguments: [.argument(.alias, .name, "name of the service, and its path at the proxy")],
      options: [
        .option(.image, .name, "image of the replicas", required: true, completion: .images),
        .option(.replicas, .int(1...200), "number of replicas, each on a different node", default: .int(1)),
        .option(.nodePort, .port(zeroAllowed: false), "port on each node", required: true),
        .option(.servicePort, .port(zeroAllowed: false), "port inside each container", required: true),
        .option(.env, .keyValue, "environment variable; its value is never shown", repeated: true, secret: true),
        .option(
          .envFile, .path, "file of NAME=value lines, as docker reads them; - is standard input", repeated: true,
          completion: .files),
        .option(.cpus, cpus, "CPUs each replica may use"),
        .option(.memory, .size, "memory each replica may use"),
        .option(
          .within, .duration, "time within which every replica must be ready (default: 10m, and three attempts)"),
        .option(.health, .urlPath, "HTTP health-check path (default: a TCP connect)"),
        .option(.healthHost, .string, "Host header of the HTTP health check", default: .string("localhost")),
        .option(
          .healthTimeout, .duration, "time limit of a health check, at most 1m", default: .duration(2_000_000_000)),
        .option(
          .timeout, .duration, "time within which a response must begin", default: .duration(60_000_000_000)),
        .option(
          .tunnelTimeout, .duration, "longest silence of a response or WebSocket that has begun",
          default: .duration(3_600_000_000_000)),
        .option(
          .cookiePath, .choice(["scope", "keep"]), "add the service's path to cookie paths, or keep them",
          default: .string("scope")),
      ],
      rest: .argument(.command, .string, "command that replaces the image's own", required: false, repeated: true),
      examples: [
        "service add hello1 --image hydra-hello --replicas 3 --node-port 8001 --service-port 8000",
        "service add web --image nginx --node-port 8002 --service-port 80 --env MODE=demo --health /",
      ]),
    CommandSpec(.serviceList, "list the services", result: .list(.service), examples: ["service list"]),
    CommandSpec(
      .serviceInspect, "show one service with its replicas", result: .one(.service),
      arguments: [.argument(.service, .name, "the service", completion: .services)],
      examples: ["service inspect hello1 --output json"]),
    CommandSpec(
      .serviceRemove, "remove services and all their replicas", result: .names,
      arguments: [.argument(.service, .name, "the services", repeated: true, completion: .services)],
      examples: ["service remove hello1"]),
  ]
}
