/// What can wait in a ``PendingQueue``.
package protocol PendingItem: Sendable {
    /// What it takes, in bytes; the same whenever it is asked.
    var byteCount: Int { get }
}

/// What waits for a writer that takes all there is at once, bounded in number and bytes.
///
/// Any thread adds; the writer's thread blocks until something comes. Inlinable, because every webhook passes through
/// it.
package final class PendingQueue<Item: PendingItem>: Sendable {
    /// What the writer finds when it looks.
    package enum Take {
        /// These, at least one.
        case batch([Item])
        /// Nothing came in time.
        case none
        /// It was closed, and nothing is left.
        case closed
    }

    @usableFromInline final class State: @unchecked Sendable {
        // Guarded by `gate`.
        @usableFromInline var items: [Item] = []
        @usableFromInline var bytes = 0
        @usableFromInline var isClosed = false

        @inlinable init() {}
    }

    @usableFromInline let gate = Gate()
    @usableFromInline let state = State()
    @usableFromInline let itemsMax: Int
    @usableFromInline let bytesMax: Int

    /// Makes an empty one that holds at most `itemsMax` items and `bytesMax` bytes.
    @inlinable package init(itemsMax: Int, bytesMax: Int) {
        self.itemsMax = itemsMax
        self.bytesMax = bytesMax
    }

    /// Adds one, unless there is no room or the writer has ended.
    @inlinable package func add(_ item: Item) -> Bool {
        gate.lock()
        let bytes = item.byteCount
        guard !state.isClosed, state.items.count < itemsMax, state.bytes + bytes <= bytesMax else {
            gate.unlock()
            return false
        }
        // The writer waits only for the first.
        let isFirst = state.items.isEmpty
        state.items.append(item)
        state.bytes += bytes
        gate.unlock()
        if isFirst { gate.signal() }
        return true
    }

    /// Waits for items and takes them in the order they came: all there are, up to the bounds of one batch, but at
    /// least one. Blocks the thread for at most `timeout`.
    ///
    /// - Parameter wholeMax: If more wait, only half of them are taken, but at least this many. Then the writer has the
    ///   next batch to write while the callers just answered send again; if a batch took all there is, the two would
    ///   take turns, each waiting for the other.
    @inlinable package func take(
        itemsMax: Int, wholeMax: Int = .max, bytesMax: Int = .max, timeout: Duration
    ) -> Take {
        gate.lock()
        defer { gate.unlock() }
        if state.items.isEmpty, !state.isClosed {
            let end = Gate.end(of: timeout)
            while state.items.isEmpty, !state.isClosed {
                guard gate.wait(until: end) else { break }
            }
        }
        guard !state.items.isEmpty else { return state.isClosed ? .closed : .none }
        let countMax = min(itemsMax, max(wholeMax, (state.items.count + 1) / 2))
        var count = 0
        var bytes = 0
        for item in state.items {
            let size = item.byteCount
            if count > 0, count == countMax || size > bytesMax - bytes { break }
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
        return .batch(batch)
    }

    /// Lets the writer end once it has taken what is here, and refuses more.
    @inlinable package func close() {
        gate.lock()
        state.isClosed = true
        gate.unlock()
        gate.signal()
    }
}
