import NIOCore

extension RequestFramer {
    /// The connection exists: its clock starts.
    func begin(_ context: ChannelHandlerContext) {
        guard timer == nil, phase == .fresh else { return }
        loop.add(self)
        guard !loop.isDraining else { return close() }
        enter(.fresh)
        scheduleCheck()
    }

    /// The connection is over, or about to be: nothing is timed or read any more.
    func end() {
        phase = .closed
        timer?.cancel()
        timer = nil
        dropHeld()
        loop.remove(self)
    }

    /// Sets the deadline that goes with a phase.
    func enter(_ phase: Phase) {
        guard let now = context?.eventLoop.now else { return }
        self.phase = phase
        switch phase {
        case .fresh, .head: deadline = now + loop.configuration.headTimeout
        case .idle: deadline = now + loop.configuration.idleTimeout
        case .request: deadline = now + loop.configuration.bodyTimeout
        case .answer, .closed: deadline = .distantFuture
        case .lingering:
            deadline = now + IngressConfiguration.lingerTimeout
            scheduleCheck()
        }
    }

    /// One timer a connection, however many requests: it looks at the deadline, and looks again.
    private func scheduleCheck() {
        guard let context else { return }
        timer?.cancel()
        let nextLook = context.eventLoop.now + loop.deadlineCheckInterval
        // While the store has the request the deadline is that of a phase gone by.
        let next = phase == .answer ? nextLook : min(deadline, nextLook)
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: next) { [self] in checkDeadline() }
    }

    private func checkDeadline() {
        guard let context, phase != .closed else { return }
        guard phase != .answer, deadline <= context.eventLoop.now else { return scheduleCheck() }
        switch phase {
        case .fresh, .idle, .lingering: close()
        case .head, .request: answer(.requestTimeout, on: requestedRoute)
        case .answer, .closed: break
        }
    }

    private var requestedRoute: Route {
        guard let request else { return .unknown }
        let match = request.bytes.withUnsafeReadableBytes { bytes in
            loop.admission.routes.match(targetAt: request.head.target.offsets, of: bytes)
        }
        return match?.route ?? .unknown
    }
}
