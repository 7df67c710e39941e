/// What a target may import: the arrows of README, "The house", and the libraries it stands on.
struct Arrows {
    /// Targets of this package.
    var siblings: Set<String>
    /// Products of other packages.
    var libraries: Set<String> = []
    /// Modules of the toolchain.
    var system: Set<String> = []

    var all: Set<String> { siblings.union(libraries).union(system) }

    /// By target. A target that is not here may not exist.
    static let table: [String: Arrows] = [
        "CLibpq": Arrows(siblings: []),
        "Domain": Arrows(siblings: []),
        "PostgresClient": Arrows(siblings: ["CLibpq"], system: ["Glibc", "Synchronization"]),
        "Providers": Arrows(siblings: ["Domain"], libraries: ["Crypto"]),
        "Store": Arrows(siblings: ["PostgresClient", "Domain"], system: ["Glibc"]),
        "Runtime": Arrows(
            siblings: [
                "PostgresClient",  // leased work is claimed and settled on connections that a worker holds
                "Domain",  // which start of which program a process is
            ],
            libraries: [
                "Configuration", "Hummingbird", "HummingbirdCore", "Logging", "CoreMetrics", "ServiceLifecycle",
                "NIOCore",  // of Hummingbird's: answers are ByteBuffers, and a listener's failure is an IOError
            ],
            system: ["Glibc", "Synchronization"]),
        "Ingress": Arrows(
            siblings: ["Store", "PostgresClient", "Runtime", "Domain"],
            libraries: [
                "Crypto", "Logging", "Metrics", "NIOCore", "NIOHTTP1", "NIOPosix",
                "ServiceLifecycle",
            ],
            system: ["Glibc", "Synchronization"]),
        "Receiving": Arrows(
            siblings: ["Providers", "Store", "PostgresClient", "Runtime", "Domain"],
            libraries: ["Logging", "Metrics", "ServiceLifecycle"], system: ["Glibc", "Synchronization"]),
        "OutboxAPI": Arrows(
            // Alerting: a URL is refused when it is given by the rule that it would be refused by when it is called, and
            // the secret that is shown is the one that deliveries are signed with.
            siblings: ["Alerting", "Store", "PostgresClient", "Runtime", "Domain"],
            libraries: [
                "Crypto", "Hummingbird", "HummingbirdCore", "Logging", "Metrics", "NIOCore", "NIOHTTP1",
                "ServiceLifecycle",
            ],
            system: ["Foundation", "Synchronization"]),
        "Sending": Arrows(
            siblings: ["Providers", "Store", "PostgresClient", "Runtime", "Domain"],
            libraries: ["AsyncHTTPClient", "Logging", "Metrics", "NIOCore", "NIOPosix", "NIOSSL", "ServiceLifecycle"],
            system: ["Synchronization"]),
        "Alerting": Arrows(
            siblings: ["Store", "PostgresClient", "Runtime", "Domain"],
            libraries: [
                "Crypto", "Logging", "Metrics", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL", "NIOTLS",
                "ServiceLifecycle",
            ],
            system: ["Foundation", "Glibc", "Synchronization"]),
        "Sandbox": Arrows(
            siblings: ["Providers", "Runtime", "Domain"],
            libraries: ["Logging", "NIOCore", "NIOHTTP1", "NIOPosix", "ServiceLifecycle"],
            system: ["Glibc", "Synchronization"]),
        "Operations": Arrows(
            siblings: [
                "Receiving", "Ingress", "OutboxAPI", "Sending", "Alerting", "Sandbox", "Providers", "Store",
                "PostgresClient", "Runtime", "Domain",
            ],
            libraries: ["ArgumentParser", "AsyncHTTPClient", "Crypto", "Logging", "ServiceLifecycle", "UnixSignals"],
            system: ["Foundation", "Glibc", "Synchronization"]),
        "postroom": Arrows(siblings: ["Operations"]),
        "postroom-ingress": Arrows(siblings: ["Ingress", "Runtime"], system: ["Glibc"]),
        "postroom-webhook-worker": Arrows(siblings: ["Receiving", "Runtime"], system: ["Glibc"]),
        "postroom-api": Arrows(siblings: ["OutboxAPI", "Runtime"], system: ["Glibc"]),
        "postroom-send-worker": Arrows(siblings: ["Sending", "Runtime"], system: ["Glibc"]),
        "postroom-alert-worker": Arrows(siblings: ["Alerting", "Runtime"], system: ["Glibc"]),
    ]
}
