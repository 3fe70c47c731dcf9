// swift-tools-version: 6.0
import PackageDescription

/// Settings shared by every target of ours: the Swift 6 language mode comes from the tools version.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .unsafeFlags(["-warnings-as-errors"]),
]

/// The static Swift library exports every symbol of the program to what it might load; ours loads nothing.
let exportsNothing = LinkerSetting.unsafeFlags(["-Xlinker", "--no-export-dynamic"], .when(configuration: .release))
/// Every address is resolved at the start and read-only from then on.
let hardened = LinkerSetting.unsafeFlags(
  ["-Xlinker", "-z", "-Xlinker", "relro", "-Xlinker", "-z", "-Xlinker", "now"], .when(configuration: .release))

let asyncAlgorithms = Target.Dependency.product(name: "AsyncAlgorithms", package: "swift-async-algorithms")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let httpTypesNIO = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "hydra",
  products: [
    .executable(name: "hydra", targets: ["hydra"]),
    .executable(name: "hydra-server", targets: ["hydra-server"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // Time limits, pauses and what must not be interrupted, for everybody who waits.
    .target(name: "AsyncSupport", swiftSettings: strict),

    // Text and language: pure, no I/O.
    .target(name: "HydraDiagnostics", swiftSettings: strict),
    .target(name: "HydraLanguage", dependencies: ["HydraDiagnostics"], swiftSettings: strict),

    // What a cluster is, and what can be asked of one.
    .target(name: "HydraModel", swiftSettings: strict),
    // What decides about a cluster, and a world to try that in: pure.
    .target(name: "HydraControl", dependencies: ["HydraModel", crypto, heap], swiftSettings: strict),
    .target(name: "HydraSimulation", dependencies: ["HydraControl", "HydraModel", heap], swiftSettings: strict),
    .target(
      name: "HydraRuntime", dependencies: ["HydraDiagnostics", "HydraLanguage", "HydraModel"], swiftSettings: strict),

    // Leaves that speak a wire protocol and know nothing of hydra.
    .target(
      name: "DockerEngine",
      dependencies: ["AsyncSupport", asyncHTTPClient, crypto, logging, nioCore, nioHTTP1, nioPosix, nioSSL],
      swiftSettings: strict),
    .target(name: "RedisClient", dependencies: ["AsyncSupport", logging, nioCore, nioPosix], swiftSettings: strict),
    .target(name: "HAProxy", dependencies: [nioCore, nioPosix], swiftSettings: strict),

    // What a cluster is on an engine; what runs in the management node; what starts and finds clusters, in the tool.
    .target(
      name: "HydraContainers", dependencies: ["DockerEngine", "HydraModel", asn1, crypto, x509], swiftSettings: strict),
    .target(
      name: "HydraManagement",
      dependencies: [
        "AsyncSupport", "DockerEngine", "HAProxy", "HydraContainers", "HydraControl", "HydraModel", "RedisClient",
        asyncAlgorithms,
        logging, nioCore, nioPosix,
      ], swiftSettings: strict),
    .target(
      name: "HydraBootstrap",
      dependencies: ["AsyncSupport", "DockerEngine", "HydraContainers", "HydraModel", nioCore, nioPosix],
      swiftSettings: strict),
    .target(
      name: "HydraServer",
      dependencies: [
        "AsyncSupport", "HydraDiagnostics", "HydraModel", crypto, httpTypes, httpTypesNIO, hummingbird, lifecycle,
        logging, nioCore,
        nioHTTP1,
      ], swiftSettings: strict),
    .target(
      name: "HydraClient", dependencies: ["AsyncSupport", "HydraModel", asyncHTTPClient, nioCore, nioHTTP1, nioPosix],
      swiftSettings: strict),

    // The shell.
    .target(name: "CLibedit", linkerSettings: [.linkedLibrary("edit")]),
    // Swift's hook for the jobs of tasks, which has no Swift interface: a simulation runs them all on one thread.
    .target(name: "CTaskHook"),
    .target(name: "LineEditor", dependencies: ["CLibedit"], swiftSettings: strict),
    .target(
      name: "HydraShell",
      dependencies: [
        "AsyncSupport", "CTaskHook", "HydraDiagnostics", "HydraLanguage", "HydraModel", "HydraRuntime",
        "HydraSimulation", "LineEditor",
      ], swiftSettings: strict),

    // Executables only compose.
    .executableTarget(
      name: "hydra",
      dependencies: [
        "DockerEngine", "HydraBootstrap", "HydraClient", "HydraContainers", "HydraModel", "HydraRuntime", "HydraShell",
      ],
      swiftSettings: strict, linkerSettings: [exportsNothing, hardened]),
    .executableTarget(
      name: "hydra-simulate", dependencies: ["HydraControl", "HydraSimulation"], swiftSettings: strict,
      linkerSettings: [exportsNothing, hardened]),
    .executableTarget(
      name: "hydra-server",
      dependencies: [
        "HydraContainers", "HydraManagement", "HydraModel", "HydraServer", lifecycle, logging, unixSignals,
      ],
      swiftSettings: strict, linkerSettings: [exportsNothing, hardened]),
    .executableTarget(name: "hydra-hello", swiftSettings: strict),

    // Tests.
    .target(
      name: "HydraTestSupport", dependencies: [logging, nioCore, nioHTTP1, nioPosix, nioSSL], swiftSettings: strict),
    .target(name: "TerminalTestSupport", swiftSettings: strict),
    .testTarget(
      name: "HydraLanguageTests", dependencies: ["HydraDiagnostics", "HydraLanguage"], swiftSettings: strict),
    .testTarget(
      name: "HydraRuntimeTests",
      dependencies: ["HydraDiagnostics", "HydraLanguage", "HydraModel", "HydraRuntime", "HydraSimulation"],
      swiftSettings: strict),
    .testTarget(
      name: "DockerEngineTests",
      dependencies: [
        "DockerEngine", "HydraTestSupport", asn1, crypto, logging, nioCore, nioHTTP1, nioPosix, nioSSL, x509,
      ],
      swiftSettings: strict),
    .testTarget(name: "RedisClientTests", dependencies: ["RedisClient", nioCore, nioPosix], swiftSettings: strict),
    .testTarget(name: "HAProxyTests", dependencies: ["HAProxy", nioCore, nioHTTP1, nioPosix], swiftSettings: strict),
    .testTarget(
      name: "HydraControlTests", dependencies: ["HydraControl", "HydraModel", "HydraSimulation"], swiftSettings: strict),
    .testTarget(
      name: "HydraBootstrapTests",
      dependencies: [
        "DockerEngine", "HydraBootstrap", "HydraContainers", "HydraModel", "HydraSimulation", "HydraTestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "HydraServerTests",
      dependencies: [
        "HydraClient", "HydraModel", "HydraServer", "HydraSimulation", httpTypes, lifecycle, logging, nioCore, nioPosix,
      ], swiftSettings: strict),
    .testTarget(
      name: "HydraClientTests",
      dependencies: ["HydraClient", "HydraModel", "HydraServer", httpTypes, lifecycle, logging, nioCore, nioPosix],
      swiftSettings: strict),
    .testTarget(
      name: "LineEditorTests", dependencies: ["LineEditor", "TerminalTestSupport"], swiftSettings: strict),
    .testTarget(
      name: "HydraShellTests",
      dependencies: [
        "HydraDiagnostics", "HydraLanguage", "HydraModel", "HydraRuntime", "HydraServer", "HydraShell",
        "HydraSimulation", "LineEditor", "TerminalTestSupport", logging, yams,
      ], exclude: ["Transcripts"], swiftSettings: strict),
    .testTarget(
      name: "HydraFunctionalTests",
      dependencies: ["DockerEngine", "HydraClient", "HydraContainers", "HydraModel", "TerminalTestSupport"],
      exclude: ["Services"],
      swiftSettings: strict),
  ]
)
