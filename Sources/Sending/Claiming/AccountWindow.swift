import Domain
import Runtime
import Store

/// Which accounts a claim looks at.
typealias AccountWindow = ClaimWindow<DueAccount>

extension DueAccount: ClaimSharer {
    /// The account.
    public var key: String { account }
    /// Of both priorities.
    public var dueCount: Int { high + normal }
}

/// The shares of a claim by account and priority: `high` before `normal` inside an account.
func sendShares(
    _ accounts: [DueAccount], inFlight: [String: Int], free: Int, callsMax: Int
) -> [SendShare] {
    let loads = accounts.map {
        SharerLoad(sharer: $0.account, waiting: $0.high + $0.normal, inFlight: inFlight[$0.account] ?? 0)
    }
    let byName = Dictionary(accounts.map { ($0.account, $0) }, uniquingKeysWith: { first, _ in first })
    return fairShares(loads, free: free, callsMax: callsMax).flatMap { share in
        let due = byName[share.sharer]
        let high = min(share.count, due?.high ?? 0)
        return [
            SendShare(
                account: share.sharer, isHigh: true, count: Int32(high), dueFrom: due?.highFrom ?? .min),
            SendShare(
                account: share.sharer, isHigh: false, count: Int32(share.count - high),
                dueFrom: due?.normalFrom ?? .min),
        ].filter { $0.count > 0 }
    }
}
