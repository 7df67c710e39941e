// swift-tools-version: 6.1
// Postroom: the truth about a company's SMS traffic in one Postgres database.
// Targets and the direction of their arrows: README.md, "The house". Tests/LayoutTests holds every import against them.

import PackageDescription

/// The flags every target of ours is built with.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny")
]

let package = Package(
    name: "postroom",
    products: [
        .executable(name: "postroom", targets: ["postroom"]),
        .executable(name: "postroom-ingress", targets: ["postroom-ingress"]),
        .executable(name: "postroom-webhook-worker", targets: ["postroom-webhook-worker"]),
        .executable(name: "postroom-api", targets: ["postroom-api"]),
        .executable(name: "postroom-send-worker", targets: ["postroom-send-worker"]),
        .executable(name: "postroom-alert-worker", targets: ["postroom-alert-worker"]),
        // The one target with `public` declarations: what the others offer each other is `package`.
        .library(name: "PostgresClient", targets: ["PostgresClient"]),
        // Preloaded by tests that set a process's clock.
        .library(name: "SteppedClock", type: .dynamic, targets: ["SteppedClock"]),
    ],
    dependencies: [
        // The CLI's arguments, help and errors.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // Reading settings from the environment and from files of the same keys.
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        // SHA-256 for keys, tokens and dedupe keys; MD5 for NXTele's signature.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // The logging interface; our handler writes JSON lines.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // The metrics interface; our factory writes Prometheus text.
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        // The ingress's sockets and HTTP/1 codec (DESIGN section 9 says why not a framework there).
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        // TLS for deliveries to users' webhooks, to an address that was checked and by the name in the URL.
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        // The admin listener's routes and the outbox API.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        // Calls to providers: pooled connections, deadlines, TLS.
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        // Start, drain and stop order, and Unix signals.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "PostgresClient", dependencies: ["CLibpq"], swiftSettings: settings),
        .target(name: "Domain", swiftSettings: settings),
        .target(
            name: "Providers",
            dependencies: ["Domain", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        .target(name: "Store", dependencies: ["PostgresClient", "Domain"], swiftSettings: settings),
        .target(
            name: "Runtime",
            dependencies: [
                "Domain", "PostgresClient",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .target(
            name: "Ingress",
            dependencies: [
                "Domain", "Store", "PostgresClient", "Runtime",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .target(
            name: "Receiving",
            dependencies: [
                "Domain", "Providers", "Store", "PostgresClient", "Runtime",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .target(
            name: "OutboxAPI",
            dependencies: [
                "Alerting", "Domain", "Store", "PostgresClient", "Runtime",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .target(
            name: "Sending",
            dependencies: [
                "Domain", "Providers", "Store", "PostgresClient", "Runtime",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .target(
            name: "Alerting",
            dependencies: [
                "Domain", "Store", "PostgresClient", "Runtime",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        // A provider for machines without one: speaks NXTele's protocol, and misbehaves as it is told.
        .target(
            name: "Sandbox",
            dependencies: [
                "Domain", "Providers", "Runtime",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .target(
            name: "Operations",
            dependencies: [
                "Domain", "Providers", "Store", "PostgresClient", "Runtime", "Ingress", "Receiving", "OutboxAPI",
                "Sending", "Alerting", "Sandbox", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "postroom",
            dependencies: ["Operations"], swiftSettings: settings),
        .executableTarget(name: "postroom-ingress", dependencies: ["Ingress", "Runtime"], swiftSettings: settings),
        .executableTarget(
            name: "postroom-webhook-worker", dependencies: ["Receiving", "Runtime"], swiftSettings: settings),
        .executableTarget(name: "postroom-api", dependencies: ["OutboxAPI", "Runtime"], swiftSettings: settings),
        .executableTarget(
            name: "postroom-send-worker", dependencies: ["Sending", "Runtime"], swiftSettings: settings),
        .executableTarget(
            name: "postroom-alert-worker", dependencies: ["Alerting", "Runtime"], swiftSettings: settings),

        // A worker whose parser can be killed by a payload: for the test that such a payload is set aside.
        .executableTarget(
            name: "poison-worker", dependencies: ["Receiving", "Providers", "Domain", "Runtime"],
            path: "Tests/PoisonWorker", swiftSettings: settings),
        .target(name: "SteppedClock", path: "Tests/SteppedClock"),
        // Mutated inputs for every parser; its targets are in debug builds only, or where they are asked for.
        .executableTarget(
            name: "postroom-fuzz",
            dependencies: [
                "Alerting", "Domain", "Ingress", "Operations", "OutboxAPI", "Providers", "Runtime", "Sandbox", "Store",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Tests/Fuzz", exclude: ["Corpus"], swiftSettings: settings),
        .target(
            name: "TestSupport",
            dependencies: [
                "Operations", "PostgresClient", "Runtime", .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(name: "DomainTests", dependencies: ["Domain"], swiftSettings: settings),
        .testTarget(
            name: "ProvidersTests", dependencies: ["Providers", "Domain"], swiftSettings: settings),
        .testTarget(
            name: "PostgresClientTests", dependencies: ["PostgresClient", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "StoreTests", dependencies: ["Store", "PostgresClient", "Domain", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "RuntimeTests", dependencies: ["Runtime", "PostgresClient", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "IngressTests",
            dependencies: [
                "Ingress", "PostgresClient", "TestSupport",
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ReceivingTests", dependencies: ["Receiving", "Store", "PostgresClient", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "OutboxAPITests",
            dependencies: ["OutboxAPI", "Alerting", "Store", "PostgresClient", "Domain", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "SendingTests",
            dependencies: ["Sending", "Sandbox", "Providers", "Store", "PostgresClient", "Domain", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "AlertingTests",
            dependencies: [
                "Alerting", "Store", "PostgresClient", "Domain", "Runtime", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "FuzzTests", dependencies: ["Operations", "TestSupport", "postroom-fuzz"], swiftSettings: settings),
        .testTarget(
            name: "SandboxTests", dependencies: ["Sandbox", "Providers", "Domain", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "OperationsTests",
            dependencies: ["Operations", "Sandbox", "Store", "PostgresClient", "Domain", "TestSupport"],
            swiftSettings: settings),
        .testTarget(name: "LayoutTests", swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests", dependencies: ["PostgresClient", "Domain", "TestSupport"],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
