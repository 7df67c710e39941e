import Domain
import Store

/// Which accounts a claim looks at, and in which order: a window that moves over all of them, so that however many
/// there are a claim costs the same, and each begins with another one.
struct AccountWindow {
    /// Accounts looked at in one claim.
    static let accountsMax: Int32 = 128
    /// Accounts that share one claim.
    static let sharersMax = 32

    /// The window begins behind this account; empty: with the first.
    private(set) var behind = ""
    /// Who came first in the last claim.
    private var first = ""

    /// Takes what was found in the window and moves it on.
    ///
    /// - Returns: the accounts that share the claim, beginning behind the one that began the last.
    mutating func next(_ visited: [DueAccount]) -> [DueAccount] {
        let due = visited.filter { $0.high + $0.normal > 0 }
        let start = due.firstIndex { $0.account > first } ?? due.startIndex
        let ordered = due[start...] + due[..<start]
        if let next = ordered.first?.account { first = next }
        let hasMore = visited.count >= Int(Self.accountsMax)
        behind = hasMore ? visited.last?.account ?? "" : ""
        return Array(ordered.prefix(Self.sharersMax))
    }

    /// Whether all accounts were seen since the window was last at the start.
    var isAtStart: Bool { behind.isEmpty }
}

/// The shares of a claim by account and priority: `high` before `normal` inside an account.
func sendShares(
    _ accounts: [DueAccount], inFlight: [String: Int], free: Int, callsMax: Int
) -> [SendShare] {
    let loads = accounts.map {
        AccountLoad(account: $0.account, waiting: $0.high + $0.normal, inFlight: inFlight[$0.account] ?? 0)
    }
    let byName = Dictionary(accounts.map { ($0.account, $0) }, uniquingKeysWith: { first, _ in first })
    return fairShares(loads, free: free, callsMax: callsMax).flatMap { share in
        let high = min(share.count, byName[share.account]?.high ?? 0)
        return [
            SendShare(account: share.account, isHigh: true, count: Int32(high)),
            SendShare(account: share.account, isHigh: false, count: Int32(share.count - high)),
        ].filter { $0.count > 0 }
    }
}
