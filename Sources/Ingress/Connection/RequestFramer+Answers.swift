import NIOCore

extension RequestFramer {
    /// Answers the request under way, or the connection if there is none, and closes it where it cannot go on.
    func answer(_ answer: Answer, on route: Route) {
        guard let context, phase != .lingering, phase != .closed else { return }
        loop.metrics.count(answer, on: route)
        let head = request?.head
        let isWhole = phase == .answer
        let reusable = isWhole && !loop.isDraining && head?.allowsReuse == true
        let connection: Answer.Connection =
            if !reusable { .closed } else if head?.isVersion10 == true { .keptVersion10 } else { .kept }
        let message =
            head?.method == .head
            ? context.channel.allocator.buffer(string: answer.message(connection, withBody: false))
            : loop.answers.message(answer, connection)
        if reusable {
            context.writeAndFlush(wrapOutboundOut(message), promise: nil)
            return finishRequest(reusable: true)
        }
        stopFraming()
        // Closing with unread bytes would reset the connection and take the answer away from the client. Where more may
        // come, only our side is closed, and what comes is read and dropped, for a bounded time and amount.
        enter(.lingering)
        context.writeAndFlush(wrapOutboundOut(message)).assumeIsolated().whenComplete { [self] _ in
            if isWhole { close() } else { self.context?.close(mode: .output, promise: nil) }
        }
    }

    /// Answers what the framing refused.
    func refuse(_ refusal: RequestFraming.Refusal) {
        switch refusal {
        case .malformed: answer(.malformed, on: .unknown)
        case .requestLineTooLong: answer(.requestLineTooLong, on: .unknown)
        case .headTooLarge: answer(.headTooLarge, on: .unknown)
        }
    }

    /// Tells a client that asked that its body is wanted (RFC 9110 §10.1.1).
    func writeContinue() {
        guard let context else { return }
        let message = context.channel.allocator.buffer(string: "HTTP/1.1 100 Continue\r\n\r\n")
        context.writeAndFlush(wrapOutboundOut(message), promise: nil)
    }

    /// The shutdown has begun: an idle connection ends now, a busy one with its answer.
    func drain() {
        switch phase {
        case .fresh, .idle: close()
        case .head, .request, .answer, .lingering, .closed: break
        }
    }

    /// Ends the connection now.
    func close() {
        end()
        context?.close(promise: nil)
    }
}
