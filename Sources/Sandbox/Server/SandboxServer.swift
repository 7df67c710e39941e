import Domain
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Runtime
import ServiceLifecycle
import Synchronization

/// A provider for trials: speaks NXTele's send, record, balance and receipt protocol, and misbehaves as its script
/// says.
///
/// In a test: ``start(port:)``, ``port``, ``accepted``, ``stop()``. In a process: as a service. All of it runs on one event
/// loop, so that what it decides has an order, and costs no locks.
package final class SandboxServer: Service {
    private struct Running {
        let group: MultiThreadedEventLoopGroup
        let channel: any Channel
        let sandbox: NIOLoopBound<SandboxLoop>
    }

    private enum Stage {
        /// Exits: starting.
        case new
        /// Exits: running, stopped (it could not start).
        case starting
        /// Exits: stopped.
        case running(Running)
        case stopped
    }

    private let configuration: SandboxConfiguration
    private let logger: Logger
    private let onListening: @Sendable (Int) -> Void
    private let now: @Sendable () -> Timestamp
    private let stage = Mutex(Stage.new)
    private let boundPort = Atomic<Int>(0)

    /// Makes a sandbox that does nothing yet.
    ///
    /// - Parameters:
    ///   - now: the provider's clock; the wall's unless given.
    ///   - onListening: called with the port once it listens.
    package init(
        _ configuration: SandboxConfiguration = SandboxConfiguration(),
        logger: Logger = Logger(label: "sandbox") { _ in SwiftLogNoOpLogHandler() },
        now: @escaping @Sendable () -> Timestamp = { .now },
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.now = now
        self.onListening = onListening
    }

    /// The port it listens on; 0 before it does.
    package var port: Int { boundPort.load(ordering: .acquiring) }

    /// Listens, and serves until ``stop()``.
    ///
    /// - Parameter port: instead of the configured one; 0 takes a free one.
    package func start(port: Int? = nil) async throws(SandboxStartFailure) {
        let isFirst = stage.withLock { stage in
            guard case .new = stage else { return false }
            stage = .starting
            return true
        }
        guard isFirst else { throw .startedTwice }
        let address = ListenAddress(host: configuration.listen.host, port: port ?? configuration.listen.port)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let running = try await listen(on: address, group)
            stage.withLock { $0 = .running(running) }
            boundPort.store(running.channel.localAddress?.port ?? address.port, ordering: .releasing)
        } catch {
            stage.withLock { $0 = .stopped }
            try? await group.shutdownGracefully()
            throw error
        }
        logger.debug("sandbox listens", metadata: ["port": "\(self.port)"])
        onListening(self.port)
    }

    /// Ends all connections and callbacks and waits until that is done; nothing if it does not run. What was accepted
    /// stays in the log.
    package func stop() async {
        let running = stage.withLock { stage -> Running? in
            guard case .running(let running) = stage else { return nil }
            stage = .stopped
            return running
        }
        guard let running else { return }
        try? await running.channel.close()
        _ = try? await running.channel.eventLoop.submit { running.sandbox.value.stop() }.get()
        try? await running.group.shutdownGracefully()
        logger.debug("sandbox stopped")
    }

    /// Starts, and stops at the graceful shutdown or when cancelled.
    package func run() async throws {
        try await start()
        // Ends by the graceful shutdown, or throws when the task is cancelled; both mean the same here.
        try? await gracefulShutdown()
        await stop()
    }

    // MARK: What a test asks

    /// What was accepted, oldest first, as far as it is in memory; empty once it is stopped.
    package var accepted: [Acceptance] {
        get async { await ask { $0.state.accepted } ?? [] }
    }

    /// What was seen and done; nil once it is stopped.
    package var counts: SandboxCounts? {
        get async { await ask { $0.state.counts } }
    }

    /// Changes the script for calls from now on.
    package func follow(_ script: SandboxScript) async {
        await ask { $0.state.script = script }
    }

    @discardableResult
    private func ask<Answer: Sendable>(_ question: @escaping @Sendable (SandboxLoop) -> Answer) async -> Answer? {
        let running = stage.withLock { stage -> Running? in
            guard case .running(let running) = stage else { return nil }
            return running
        }
        guard let running else { return nil }
        return try? await running.channel.eventLoop.submit { question(running.sandbox.value) }.get()
    }

    // MARK: Listening

    private func listen(
        on address: ListenAddress, _ group: MultiThreadedEventLoopGroup
    ) async throws(SandboxStartFailure) -> Running {
        if let url = configuration.receiptURL, ReceiptAddress(url) == nil { throw .badReceiptURL }
        let log: AcceptLog? = if let path = configuration.logPath { try AcceptLog(path: path) } else { nil }
        let loop = group.next()
        do {
            let sandbox = try await loop.submit { [configuration, now] in
                NIOLoopBound(
                    SandboxLoop(configuration, log: log, loop: loop, now: now), eventLoop: loop)
            }.get()
            return Running(group: group, channel: try await bind(address, group, sandbox), sandbox: sandbox)
        } catch {
            throw .cannotListen(ListenFailure(address, error))
        }
    }

    private func bind(
        _ address: ListenAddress, _ group: MultiThreadedEventLoopGroup, _ sandbox: NIOLoopBound<SandboxLoop>
    ) async throws -> any Channel {
        let idleTimeout = TimeAmount(configuration.idleTimeout)
        return try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(IdleStateHandler(allTimeout: idleTimeout))
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(SandboxHandler(sandbox.value))
                }
            }
            .bind(host: address.host, port: address.port).get()
    }
}
