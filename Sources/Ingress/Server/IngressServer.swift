import Logging
import NIOCore
import NIOPosix
import Runtime
import ServiceLifecycle

/// The ingress's HTTP side as a service: listens, lets webhooks through to the sink, drains when told to.
///
/// Run it after the sink's own service in the list (services stop in reverse order), so that requests under way still
/// reach the store. Set up logging and metrics before making it.
package final class IngressServer: Service {
    /// Where the server listens, once it does.
    package struct Listening: Equatable, Sendable {
        /// The port of `listen`; the one the system chose if that was 0.
        let port: Int
        /// The port of `rawListen`, likewise.
        let rawPort: Int?
    }

    private let configuration: IngressConfiguration
    private let sink: any WebhookSink
    private let logger: Logger
    private let onListening: @Sendable (Listening) -> Void

    /// Makes the server; it does nothing until it runs.
    ///
    /// - Parameters:
    ///   - configuration: What it may do.
    ///   - sink: Where webhooks become durable.
    ///   - logger: For the few things worth saying.
    ///   - onListening: Called once all addresses are bound.
    package init(
        configuration: IngressConfiguration, sink: any WebhookSink, logger: Logger,
        onListening: @escaping @Sendable (Listening) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.sink = sink
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until the graceful shutdown, then until the last request under way is answered or the grace period is
    /// over. Cancelling ends it at once.
    ///
    /// - Throws: ``ListenFailure`` if an address cannot be listened on.
    package func run() async throws {
        let loops = configuration.eventLoops > 0 ? configuration.eventLoops : System.coreCount
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        do {
            try await serve(on: group, loops: loops)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func serve(on group: MultiThreadedEventLoopGroup, loops: Int) async throws {
        let metrics = IngressMetrics()
        let connections = OpenConnections(
            max: FileDescriptorLimit.connections(configuration.connectionsMax, log: logger), metrics: metrics)
        var contexts: [ObjectIdentifier: NIOLoopBound<LoopContext>] = [:]
        for loop in group.makeIterator() {
            contexts[ObjectIdentifier(loop)] = try await loop.submit { [configuration, sink] in
                NIOLoopBound(
                    LoopContext(configuration, sink: sink, metrics: metrics, loops: loops), eventLoop: loop)
            }.get()
        }
        let listener = Listener(configuration: configuration, connections: connections, contexts: contexts)
        let channel = try await listener.bind(configuration.listen, behindBalancer: false, on: group)
        var listening = [channel]
        if let rawListen = configuration.rawListen {
            listening.append(try await listener.bind(rawListen, behindBalancer: true, on: group))
        }
        onListening(
            Listening(
                port: channel.localAddress?.port ?? configuration.listen.port,
                rawPort: listening.count > 1 ? listening.last?.localAddress?.port : nil))
        // Ends by the graceful shutdown, or throws when the task is cancelled; both mean the same from here on.
        try? await gracefulShutdown()
        for channel in listening { try? await channel.close() }
        connections.forgetListeners()
        await drain(Array(contexts.values))
    }

    private func drain(_ contexts: [NIOLoopBound<LoopContext>]) async {
        let closeAll: @Sendable () -> Void = {
            for context in contexts { context.eventLoop.execute { context.value.closeAll() } }
        }
        await withTaskCancellationHandler {
            var timers: [Scheduled<Void>] = []
            for context in contexts {
                timers.append(
                    context.eventLoop.scheduleTask(in: configuration.shutdownGrace) { context.value.closeAll() })
            }
            let ends = contexts.map { context in
                let loop = context.eventLoop
                return loop.flatSubmit { EventLoopFuture.andAllComplete(context.value.drain(), on: loop) }
            }
            for end in ends { try? await end.get() }
            for timer in timers { timer.cancel() }
        } onCancel: {
            closeAll()
        }
        logger.debug("ingress drained")
    }
}
