import Runtime
import Store

/// Which accounts a claim looks at.
typealias AccountWindow = ClaimWindow<DueAccount>

extension DueAccount: ClaimSharer {
    /// The account.
    package var key: String { account }
    /// Of both priorities.
    package var dueCount: Int { high + normal }
}

/// The shares of a claim by account and priority: `high` before `normal` inside an account.
func sendShares(_ shares: [(sharer: String, count: Int)], of accounts: [DueAccount]) -> [SendShare] {
    let byName = Dictionary(accounts.map { ($0.account, $0) }, uniquingKeysWith: { first, _ in first })
    return shares.flatMap { share in
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
