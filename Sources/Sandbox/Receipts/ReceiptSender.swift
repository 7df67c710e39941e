import NIOCore
import Runtime

/// Sends callbacks over kept connections, as many at a time as its bounds allow. Used on one event loop only.
final class ReceiptSender {
    private let loop: any EventLoop
    private let limits: ReceiptLimits
    private var servers: [ListenAddress: ReceiptServer] = [:]
    private var isClosed = false

    /// How often callbacks without an answer are looked for.
    private static let checkInterval = TimeAmount.milliseconds(500)

    init(loop: any EventLoop, limits: ReceiptLimits) {
        self.loop = loop
        self.limits = limits
        scheduleCheck()
    }

    /// Sends a request; `complete` is called once, later or at once.
    func send(_ bytes: [UInt8], to address: ListenAddress, complete: @escaping (CallbackOutcome) -> Void) {
        guard !isClosed, let server = server(address) else { return complete(.failed) }
        server.send(ReceiptJob(bytes, retryUntil: loop.now + TimeAmount(limits.retryFor), complete: complete))
    }

    /// Ends all connections; what is under way or waits has failed.
    func close() {
        isClosed = true
        for server in servers.values { server.close() }
        servers = [:]
    }

    private func server(_ address: ListenAddress) -> ReceiptServer? {
        if let server = servers[address] { return server }
        guard servers.count < limits.serversMax else { return nil }
        let server = ReceiptServer(address, loop: loop, limits: limits)
        servers[address] = server
        return server
    }

    private func scheduleCheck() {
        loop.assumeIsolated().scheduleTask(in: Self.checkInterval) { [weak self] in
            guard let self, !self.isClosed else { return }
            for server in self.servers.values { server.closeLate() }
            self.scheduleCheck()
        }
    }
}
