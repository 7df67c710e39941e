import NIOConcurrencyHelpers
import PostgresClient

/// Submissions that wait for the writer, bounded in number and bytes.
final class PendingSubmissions: Sendable {
    /// What a submission waits with.
    struct Item: Sendable {
        let submission: Submission
        let deadline: Deadline
    }

    /// What the writer finds when it looks.
    enum Take {
        case batch([Item])
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
        let bytes = item.submission.webhook.byteCount
        guard !state.isClosed, state.items.count < itemsMax, state.bytes + bytes <= bytesMax else {
            gate.unlock()
            return false
        }
        state.items.append(item)
        state.bytes += bytes
        gate.unlock(withValue: .ready)
        return true
    }

    /// Waits for submissions and takes them: all that have come, up to the bounds of one batch.
    func take(itemsMax: Int, bytesMax: Int, timeout: Duration) -> Take {
        let (seconds, attoseconds) = timeout.components
        guard gate.lock(whenValue: .ready, timeoutSeconds: Double(seconds) + Double(attoseconds) * 1e-18) else {
            return .none
        }
        if state.items.isEmpty {
            // Ready without items: closed.
            gate.unlock(withValue: .ready)
            return .closed
        }
        var count = 0
        var bytes = 0
        for item in state.items {
            let size = item.submission.webhook.byteCount
            if count > 0, count == itemsMax || bytes + size > bytesMax { break }
            count += 1
            bytes += size
        }
        let batch: [Item]
        if count == state.items.count {
            batch = state.items
            state.items = []
            state.items.reserveCapacity(min(count, 1024))
        } else {
            batch = Array(state.items.prefix(count))
            state.items.removeFirst(count)
        }
        state.bytes -= bytes
        gate.unlock(withValue: state.items.isEmpty && !state.isClosed ? .empty : .ready)
        return .batch(batch)
    }

    /// Lets the writer end once it has taken what is here, and refuses more.
    func close() {
        gate.lock()
        state.isClosed = true
        gate.unlock(withValue: .ready)
    }
}
