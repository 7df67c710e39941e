import Synchronization

/// A bounded set of connections for tasks, each on a thread of its own and opened when first needed.
///
/// Borrowers beyond ``capacity`` wait in order, at most ``waitersMax`` of them and none past its deadline.
public final class ConnectionPool: Sendable {
    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<ConnectionSlot, any Error>
    }

    private struct State {
        var idle: [ConnectionSlot]
        var waiters: [Waiter] = []
        var nextWaiterID: UInt64 = 0
        var isClosed = false
    }

    /// Connections at most.
    public let capacity: Int
    /// Tasks that may wait for one at most.
    public let waitersMax: Int
    /// Tasks that wait for one now.
    public var waiterCount: Int { state.withLock { $0.waiters.count } }
    private let slots: [ConnectionSlot]
    private let state: Mutex<State>

    /// Makes a pool; connects nothing yet.
    public init(_ configuration: ConnectionConfiguration, capacity: Int = 4, waitersMax: Int = 256) {
        self.capacity = max(capacity, 1)
        self.waitersMax = waitersMax
        slots = (0..<max(capacity, 1)).map { _ in ConnectionSlot(configuration) }
        state = Mutex(State(idle: slots))
    }

    /// Runs one statement on any connection.
    public func run<S: Statement>(
        _ statement: S, timeout: Duration
    ) async throws -> S.Output where S.Output: Sendable {
        try await withConnection(timeout: timeout) { connection, deadline in
            try connection.run(statement, deadline: deadline)
        }
    }

    /// Lends a connection to a synchronous body, on the connection's thread.
    ///
    /// - Parameter timeout: bounds the wait for a connection, connecting, and, as the deadline handed to the body,
    ///   its statements.
    /// - Throws: what the body throws; ``PostgresError`` of the pool or of connecting, without effect.
    public func withConnection<Value: Sendable>(
        timeout: Duration, _ body: @escaping @Sendable (Connection, Deadline) throws -> Value
    ) async throws -> Value {
        let deadline = Deadline.in(timeout)
        let slot = try await acquire(until: deadline)
        defer { release(slot) }
        let cancellation = CancellationRelay()
        return try await withTaskCancellationHandler {
            try await slot.perform(deadline: deadline, cancellation: cancellation) { try body($0, deadline) }
        } onCancel: {
            cancellation.cancel()
        }
    }

    /// Refuses new borrowers and closes the connections as they come back.
    public func close() async {
        let (waiters, idle) = state.withLock { state in
            state.isClosed = true
            defer {
                state.waiters = []
                state.idle = []
            }
            return (state.waiters, state.idle)
        }
        for waiter in waiters { waiter.continuation.resume(throwing: PostgresError(.closed, statement: "pool")) }
        for slot in idle { await slot.close() }
    }

    private func acquire(until deadline: Deadline) async throws -> ConnectionSlot {
        let id = state.withLock { state in
            state.nextWaiterID += 1
            return state.nextWaiterID
        }
        let timer = Mutex<Task<Void, Never>?>(nil)
        defer { timer.withLock { $0?.cancel() } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<ConnectionSlot, PostgresError>? = state.withLock { state in
                    if state.isClosed { return .failure(PostgresError(.closed, statement: "pool")) }
                    if Task.isCancelled { return .failure(PostgresError(.cancelled, statement: "pool")) }
                    if let slot = state.idle.popLast() { return .success(slot) }
                    guard state.waiters.count < waitersMax else {
                        return .failure(PostgresError(.poolExhausted, statement: "pool"))
                    }
                    state.waiters.append(Waiter(id: id, continuation: continuation))
                    return nil
                }
                if let outcome { return continuation.resume(with: outcome.mapError { $0 as any Error }) }
                timer.withLock {
                    $0 = Task {
                        // Cancelled as soon as a connection was had.
                        guard (try? await Task.sleep(until: deadline.instant)) != nil else { return }
                        self.giveUp(id, .poolExhausted)
                    }
                }
            }
        } onCancel: {
            giveUp(id, .cancelled)
        }
    }

    private func giveUp(_ id: UInt64, _ reason: PostgresError.Reason) {
        let waiter: Waiter? = state.withLock { state in
            guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.waiters.remove(at: index)
        }
        waiter?.continuation.resume(throwing: PostgresError(reason, statement: "pool"))
    }

    private func release(_ slot: ConnectionSlot) {
        enum Next {
            case lend(Waiter)
            case rest
            case close
        }
        let next: Next = state.withLock { state in
            if state.isClosed { return .close }
            if state.waiters.isEmpty {
                state.idle.append(slot)
                return .rest
            }
            return .lend(state.waiters.removeFirst())
        }
        switch next {
        case .lend(let waiter): waiter.continuation.resume(returning: slot)
        case .rest: break
        case .close: Task { await slot.close() }
        }
    }
}
