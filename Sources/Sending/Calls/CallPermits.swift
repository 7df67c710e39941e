import Synchronization

/// How many calls may be in flight, and whose they are. One waits for room; any number give back.
final class CallPermits: Sendable {
    private struct State {
        var inFlight = 0
        var byAccount: [String: Int] = [:]
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    /// Calls at most.
    let countMax: Int
    private let state = Mutex(State())

    init(countMax: Int) { self.countMax = countMax }

    /// Calls in flight.
    var inFlight: Int { state.withLock { $0.inFlight } }

    /// Waits until there is room, or no more is wanted.
    ///
    /// - Returns: how many may be begun, and whose are in flight; nil once closed.
    func room() async -> (free: Int, byAccount: [String: Int])? {
        while true {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    guard state.inFlight >= countMax, !state.isClosed else { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
            let room: (free: Int, byAccount: [String: Int])?? = state.withLock { state in
                if state.isClosed { return .some(nil) }
                return state.inFlight < countMax ? (countMax - state.inFlight, state.byAccount) : nil
            }
            if let room { return room }
        }
    }

    /// Takes permits for calls that are begun now.
    func take(_ accounts: some Sequence<String>) {
        state.withLock { state in
            for account in accounts {
                state.inFlight += 1
                state.byAccount[account, default: 0] += 1
            }
        }
    }

    /// Gives one back.
    func giveBack(_ account: String) {
        let waiter = state.withLock { state in
            state.inFlight -= 1
            if let count = state.byAccount[account] { state.byAccount[account] = count > 1 ? count - 1 : nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// No more calls are to be begun; those in flight end as they do.
    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
