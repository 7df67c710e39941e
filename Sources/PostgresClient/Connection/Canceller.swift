import CLibpq
import Glibc
import Synchronization

/// Asks the server to end a connection's running statement, from any thread; never while a commit is under way.
///
/// If no statement runs, or one that commits itself, the next statement is refused instead: the server would have
/// forgotten the cancel.
///
/// A cancelled COMMIT that waits for a synchronous standby would report success although the standby has nothing, so a
/// commit first closes the door for cancels.
public final class Canceller: Sendable {
    /// How long the answer to a cancelled statement is waited for, commits included: a line that loses the answer must
    /// hold up neither the drain of a process nor its other work.
    public static let answerTimeMax = Duration.seconds(3)

    private struct State: @unchecked Sendable {
        var handle: OpaquePointer?
        var isCommitting = false
    }
    private let state: Mutex<State>
    /// When waiting for an answer ends because a cancel was requested; nil while none is. It has a lock of its own,
    /// because the other one is held for as long as the request takes.
    private let end = Mutex<Deadline?>(nil)

    init(_ connection: OpaquePointer) {
        // PQgetCancel copies what it needs: the handle outlives the connection.
        let handle = State(handle: PQgetCancel(connection))
        state = Mutex(handle)
    }

    deinit { state.withLock { if let handle = $0.handle { PQfreeCancel(handle) } } }

    /// Requests the cancel. Blocks for as long as a new connection to the server takes: call it from a thread that may
    /// wait.
    public func cancel() {
        end.withLock { $0 = $0 ?? .in(Self.answerTimeMax) }
        state.withLock { state in
            guard let handle = state.handle, !state.isCommitting else { return }
            var message = [CChar](repeating: 0, count: 256)
            _ = PQcancel(handle, &message, Int32(message.count))
        }
    }

    /// When waiting for an answer ends because of a cancel; nil while none was requested.
    var answerDeadline: Deadline? { end.withLock { $0 } }

    /// Closes or opens the door for cancels; waits for one that is under way.
    func setCommitting(_ isCommitting: Bool) { state.withLock { $0.isCommitting = isCommitting } }

    /// Whether a cancel was requested since the last call.
    func takeCancelled() -> Bool {
        end.withLock { end in
            defer { end = nil }
            return end != nil
        }
    }
}
