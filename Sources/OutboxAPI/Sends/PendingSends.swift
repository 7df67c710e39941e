import NIOConcurrencyHelpers
import PostgresClient
import Store

/// What a caller of send is answered.
enum SendAnswer: Sendable, Equatable {
    /// 201: stored by this request.
    case accepted(EntryRecord)
    /// 200: an earlier request's.
    case repeated(EntryRecord)
    /// 409.
    case conflict
    /// 402.
    case insufficientBalance
    /// 422.
    case noPrice
    /// 503: certainly not stored.
    case unavailable
    /// 503: whether it was stored is not known.
    case unconfirmed
    /// 500: certainly not stored, and trying again will not help.
    case failed
}

/// Sends that wait for the writer, bounded in number and bytes.
final class PendingSends: Sendable {
    /// A send and who waits for its answer.
    struct Item: Sendable {
        let candidate: SendCandidate
        let deadline: Deadline
        let continuation: CheckedContinuation<SendAnswer, Never>
    }

    /// What the writer finds when it looks.
    enum Take {
        case group([Item])
        /// Nothing came in time.
        case none
        case closed
    }

    private enum Gate: Int, Equatable {
        case empty, ready
    }

    private final class State: @unchecked Sendable {
        // Guarded by `gate`.
        var items: [Item] = []
        var bytes = 0
        var isClosed = false
    }

    private let gate = ConditionLock(value: Gate.empty)
    private let state = State()
    private let itemsMax: Int
    private let bytesMax: Int

    init(itemsMax: Int, bytesMax: Int) {
        self.itemsMax = itemsMax
        self.bytesMax = bytesMax
    }

    /// Adds one, unless there is no room or the writer has ended.
    func add(_ item: Item) -> Bool {
        gate.lock()
        let bytes = item.candidate.byteCount
        guard !state.isClosed, state.items.count < itemsMax, state.bytes + bytes <= bytesMax else {
            gate.unlock()
            return false
        }
        state.items.append(item)
        state.bytes += bytes
        gate.unlock(withValue: .ready)
        return true
    }

    /// Waits for sends and takes them in the order they came: all there are, up to `itemsMax`.
    func take(itemsMax: Int, timeout: Duration) -> Take {
        let (seconds, attoseconds) = timeout.components
        guard gate.lock(whenValue: .ready, timeoutSeconds: Double(seconds) + Double(attoseconds) * 1e-18) else {
            return .none
        }
        if state.items.isEmpty {
            // Ready without items: closed.
            gate.unlock(withValue: .ready)
            return .closed
        }
        let group = Array(state.items.prefix(itemsMax))
        state.items.removeFirst(group.count)
        state.bytes -= group.reduce(0) { $0 + $1.candidate.byteCount }
        gate.unlock(withValue: state.items.isEmpty && !state.isClosed ? .empty : .ready)
        return .group(group)
    }

    /// Lets the writer end once it has taken what is here, and refuses more.
    func close() {
        gate.lock()
        state.isClosed = true
        gate.unlock(withValue: .ready)
    }
}
