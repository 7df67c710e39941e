import Synchronization

/// Bounds the work a worker holds: calls in flight, and items claimed ahead that wait for one of them to end. One task
/// waits for room; any number may begin calls and give permits back.
///
/// Fairness is between sharers, which are accounts or endpoints; `sharer` is an opaque key.
///
/// What the calls of the last ``Pace/window`` made room for is claimed ahead, so that no item waits much longer than
/// that: hardly anything where the provider is slow, and enough that calls to a quick one never wait for a claim.
package final class CallPermits: Sendable {
    private struct Waiter {
        let sharer: String
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var held = 0
        var heldBySharer: [String: Int] = [:]
        var calling = 0
        var callingBySharer: [String: Int] = [:]
        /// In the order they came; at most ``aheadMax``, provided that no more is taken than there was room for.
        var waiting: [Waiter] = []
        var pace = Pace()
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// What there is room for.
    package struct Room: Sendable {
        /// How many may be claimed.
        package var free: Int
        /// How many all sharers together may hold, including what they hold now.
        var limit: Int
        /// Whose are held.
        package var bySharer: [String: Int]

        /// Room for `free` more, of `limit` in all.
        package init(free: Int, limit: Int, bySharer: [String: Int]) {
            self.free = free
            self.limit = limit
            self.bySharer = bySharer
        }
    }

    /// Calls at most.
    let countMax: Int
    /// Claimed ahead at most.
    let aheadMax: Int
    private let state = Mutex(State())

    /// Permits for `countMax` calls, and for `aheadMax` items claimed ahead of them.
    init(countMax: Int, aheadMax: Int = 0) {
        self.countMax = countMax
        self.aheadMax = aheadMax
    }

    /// How many are held: calls in flight, and what waits for one.
    var held: Int { state.withLock { $0.held } }

    /// Those of them that wait.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Waits until there is room, or no more is wanted. With much claimed ahead there is room once half of that is
    /// gone: claims of a few would cost more than they bring.
    ///
    /// - Returns: what may be claimed; nil once closed.
    func room() async -> Room? {
        while true {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard self.room(in: &state) == nil, !state.isClosed else { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
            let (found, isClosed) = state.withLock { state in (self.room(in: &state), state.isClosed) }
            if isClosed { return nil }
            if let found { return found }
        }
    }

    /// What there is room for; nil where that is nothing, or too little for a claim.
    private func room(in state: inout State) -> Room? {
        let ahead = min(aheadMax, state.pace.ended(by: .now))
        let limit = countMax + ahead
        guard limit - state.held >= max(1, ahead / 2) else { return nil }
        return Room(free: limit - state.held, limit: limit, bySharer: state.heldBySharer)
    }

    /// Takes permits for what was claimed now.
    func take(_ sharers: some Sequence<String>) {
        state.withLock { state in
            for sharer in sharers {
                state.held += 1
                state.heldBySharer[sharer, default: 0] += 1
            }
        }
    }

    /// Waits until a call of this sharer may begin. ``giveBack(_:)`` ends it.
    ///
    /// Calls begin in the order they came; but where a sharer has half of the calls, another one that waits goes first.
    /// - Returns: whether it may; false once closed, and then nothing is to be given back but the claim.
    func begin(_ sharer: String) async -> Bool {
        await withCheckedContinuation { continuation in
            let mayBegin: Bool? = state.withLock { state in
                if state.isClosed { return false }
                guard state.calling >= countMax else {
                    Self.begin(sharer, &state)
                    return true
                }
                state.waiting.append(Waiter(sharer: sharer, continuation: continuation))
                return nil
            }
            if let mayBegin { continuation.resume(returning: mayBegin) }
        }
    }

    private static func begin(_ sharer: String, _ state: inout State) {
        state.calling += 1
        state.callingBySharer[sharer, default: 0] += 1
    }

    /// Gives back a permit whose call has ended; with `called` false, one whose call was not begun.
    func giveBack(_ sharer: String, called: Bool = true) {
        let (waiter, next) = state.withLock { state in
            state.held -= 1
            state.heldBySharer.takeOne(sharer)
            var next: Waiter?
            if called {
                state.calling -= 1
                state.callingBySharer.takeOne(sharer)
                state.pace.callEnded(at: .now)
                next = takeNext(&state)
            }
            guard self.room(in: &state) != nil else { return (nil as CheckedContinuation<Void, Never>?, next) }
            defer { state.waiter = nil }
            return (state.waiter, next)
        }
        next?.continuation.resume(returning: true)
        waiter?.resume()
    }

    /// The call that takes the place of one that ended.
    private func takeNext(_ state: inout State) -> Waiter? {
        guard !state.waiting.isEmpty else { return nil }
        let half = max(1, countMax / 2)
        let place = state.waiting.firstIndex { state.callingBySharer[$0.sharer, default: 0] < half } ?? 0
        let next = state.waiting.remove(at: place)
        Self.begin(next.sharer, &state)
        return next
    }

    /// No more calls are to be begun; those in flight end as they do.
    func close() {
        let (waiter, waiting) = state.withLock { state in
            state.isClosed = true
            defer {
                state.waiter = nil
                state.waiting = []
            }
            return (state.waiter, state.waiting)
        }
        waiter?.resume()
        for one in waiting { one.continuation.resume(returning: false) }
    }
}

extension [String: Int] {
    fileprivate mutating func takeOne(_ key: String) {
        guard let count = self[key] else { return }
        self[key] = count > 1 ? count - 1 : nil
    }
}
