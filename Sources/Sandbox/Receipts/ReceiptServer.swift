import NIOCore
import NIOPosix
import Runtime

/// The connections to one receiver of callbacks, and what waits for them. Used on one event loop only.
final class ReceiptServer {
    private let address: ListenAddress
    private let loop: any EventLoop
    private let limits: ReceiptLimits
    private var waiting = CircularBuffer<ReceiptJob>()
    private var idle: [ReceiptConnection] = []
    private var busy: [ObjectIdentifier: ReceiptConnection] = [:]
    private var connecting = 0
    private var isPausing = false
    /// Whether the last connection failed: then one is tried at a time.
    private var isAway = false
    private var isClosed = false

    /// How long nothing is connected after a connection failed.
    private static let pause = TimeAmount.milliseconds(100)

    init(_ address: ListenAddress, loop: any EventLoop, limits: ReceiptLimits) {
        self.address = address
        self.loop = loop
        self.limits = limits
    }

    func send(_ job: ReceiptJob) {
        guard !isClosed, waiting.count < limits.waitingMax else { return job.complete(.failed) }
        waiting.append(job)
        pump()
    }

    func close() {
        isClosed = true
        let connections = idle + busy.values
        for connection in connections { connection.close() }
        while let job = waiting.popFirst() { job.complete(.failed) }
    }

    /// Closes connections whose answer is late.
    func closeLate() {
        for connection in Array(busy.values) where connection.deadline <= loop.now { connection.close() }
    }

    private func pump() {
        while !isClosed, !waiting.isEmpty {
            if let connection = idle.popLast() {
                busy[ObjectIdentifier(connection)] = connection
                connection.send(waiting.removeFirst(), deadline: loop.now + TimeAmount(limits.answerTimeout))
            } else if !isPausing, connecting < (isAway ? 1 : waiting.count),
                busy.count + connecting < limits.connectionsMax
            {
                connect()
            } else {
                return
            }
        }
    }

    private func connect() {
        connecting += 1
        let connection = ReceiptConnection(self)
        let bound = NIOLoopBound(connection, eventLoop: loop)
        ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(limits.connectTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
            }
            .connect(host: address.host, port: address.port)
            .hop(to: loop).assumeIsolated()
            .whenComplete { [self] result in
                connecting -= 1
                switch result {
                case .success where isClosed: connection.close()
                case .success:
                    isAway = false
                    if connection.isOpen { idle.append(connection) }
                case .failure: connectFailed()
                }
                pump()
            }
    }

    /// Callbacks that may not be tried again have failed; they are in front, because all are tried equally long. The
    /// others wait for a moment.
    private func connectFailed() {
        isAway = true
        while let job = waiting.first, job.retryUntil <= loop.now {
            waiting.removeFirst()
            job.complete(.failed)
        }
        guard !isPausing else { return }
        isPausing = true
        loop.assumeIsolated().scheduleTask(in: Self.pause) { [self] in
            isPausing = false
            pump()
        }
    }

    // MARK: What connections tell

    /// The connection is free for the next callback.
    func finished(_ connection: ReceiptConnection) {
        busy[ObjectIdentifier(connection)] = nil
        if isClosed { connection.close() } else { idle.append(connection) }
        pump()
    }

    /// The connection is over.
    func ended(_ connection: ReceiptConnection) {
        busy[ObjectIdentifier(connection)] = nil
        idle.removeAll { $0 === connection }
        pump()
    }

    /// The callback went out on a kept connection that its server was closing.
    func retry(_ job: ReceiptJob) {
        guard !isClosed, limits.retryFor > .zero, job.retryUntil > loop.now else { return job.complete(.failed) }
        waiting.prepend(job)
    }
}
