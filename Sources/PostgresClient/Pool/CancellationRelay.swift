import Synchronization

/// Carries a task's cancellation to the connection that works for it, whichever comes first.
final class CancellationRelay: Sendable {
    private struct State {
        var canceller: Canceller?
        var isCancelled = false
        var hasFired = false
    }
    private let state = Mutex(State())

    /// Tells where the work happens.
    /// - Throws: ``PostgresError/Reason/cancelled`` where the task was cancelled before.
    func arm(_ canceller: Canceller) throws(PostgresError) {
        let isCancelled = state.withLock { state in
            state.canceller = canceller
            return state.isCancelled
        }
        if isCancelled { throw PostgresError(.cancelled, statement: "task") }
    }

    /// Ends the relation.
    /// - Returns: whether the server was asked to cancel. The request may still be on its way: the connection must not
    ///   be lent to anyone else.
    func disarm() -> Bool {
        state.withLock { state in
            state.canceller = nil
            return state.hasFired
        }
    }

    /// Asks the server from a thread of its own, because the request is a blocking call.
    func cancel() {
        let isWorking = state.withLock { state in
            state.isCancelled = true
            return state.canceller != nil
        }
        guard isWorking else { return }
        DetachedThread.start {
            let canceller = self.state.withLock { state in
                state.hasFired = state.canceller != nil
                return state.canceller
            }
            canceller?.cancel()
        }
    }
}
