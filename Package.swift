// swift-tools-version: 6.0
import PackageDescription

/// Settings shared by every target of ours: the Swift 6 language mode comes from the tools version.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .unsafeFlags(["-warnings-as-errors"]),
]

let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "hydra",
  products: [
    .executable(name: "hydra", targets: ["hydra"]),
    .executable(name: "hydra-server", targets: ["hydra-server"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Text and language: pure, no I/O.
    .target(name: "HydraDiagnostics", swiftSettings: strict),
    .target(name: "HydraLanguage", dependencies: ["HydraDiagnostics"], swiftSettings: strict),

    // What a cluster is, and what can be asked of one.
    .target(name: "HydraModel", swiftSettings: strict),
    .target(
      name: "HydraRuntime", dependencies: ["HydraDiagnostics", "HydraLanguage", "HydraModel"], swiftSettings: strict),

    // Leaves that speak a wire protocol and know nothing of hydra.
    .target(
      name: "DockerEngine", dependencies: [asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioSSL, logging],
      swiftSettings: strict),
    .target(name: "RedisClient", dependencies: [nioCore, nioPosix, logging], swiftSettings: strict),
    .target(name: "HAProxy", dependencies: [nioCore, nioPosix], swiftSettings: strict),

    // The cluster itself.
    .target(
      name: "HydraOrchestration",
      dependencies: [
        "HydraModel", "DockerEngine", "RedisClient", "HAProxy", crypto, x509, asn1, logging, nioCore, nioPosix, nioSSL,
      ],
      swiftSettings: strict),
    .target(
      name: "HydraServer",
      dependencies: ["HydraModel", "HydraOrchestration", hummingbird, httpTypes, crypto, logging, nioCore],
      swiftSettings: strict),
    .target(
      name: "HydraClient", dependencies: ["HydraModel", asyncHTTPClient, nioCore, nioHTTP1], swiftSettings: strict),

    // The shell.
    .systemLibrary(name: "CLibeditSystem", providers: [.apt(["libedit-dev"])]),
    .target(name: "CLibedit", dependencies: ["CLibeditSystem"]),
    .target(name: "LineEditor", dependencies: ["CLibedit"], swiftSettings: strict),
    .target(
      name: "HydraShell",
      dependencies: ["HydraDiagnostics", "HydraLanguage", "HydraModel", "HydraRuntime", "LineEditor", yams],
      swiftSettings: strict),

    .executableTarget(
      name: "hydra", dependencies: ["HydraShell", "HydraOrchestration", "HydraClient"], swiftSettings: strict),
    .executableTarget(
      name: "hydra-server", dependencies: ["HydraServer", "HydraOrchestration", logging, lifecycle],
      swiftSettings: strict),
  ]
)
