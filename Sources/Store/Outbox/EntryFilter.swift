import Domain
import PostgresClient

/// What a list of entries is narrowed to; nil does not narrow.
package struct EntryFilter: Sendable, Equatable {
    /// Of this account.
    package var account: String
    /// Of this user.
    package var userID: String?
    /// Of which applications are told this.
    package var status: EntryStatus?
    /// With this tag.
    package var tag: String?
    /// To this number, in E.164.
    package var recipient: String?
    /// Accepted then or later.
    package var from: Timestamp?
    /// Accepted before.
    package var to: Timestamp?
    /// After this entry in the list: older than it.
    package var before: EntryID?

    /// Of an account, not narrowed further.
    package init(account: String) { self.account = account }
}

extension EntryFilter {
    /// How far the API's clock, which ids are made by, and the database's, which times are, may be apart.
    private static let clockSlack = Duration.seconds(86_400)

    /// The conditions on `outbox.entry AS e` for what ``bind(_:)`` binds to `$4` and on. The planner knows the values,
    /// so conditions that are not given disappear from the plan.
    static let conditions = """
        ($4::text IS NULL OR e.user_id = $4)
        AND ($5::text IS NULL OR e.status = $5)
        AND ($6::text IS NULL OR e.tags @> ARRAY[$6::text])
        AND ($7::timestamptz IS NULL OR e.created_at >= $7)
        AND ($8::timestamptz IS NULL OR e.created_at < $8)
        """

    /// Binds `$1` to `$8`: the account, the ids between which its entries are (below the first, from the second on),
    /// and the values of ``conditions``.
    func bind(_ parameters: inout Parameters) {
        // The ids of a span of time are looked for a day to both sides, so that a list of last month does not walk over
        // this one. None of ours has all bits set.
        let below = min(before?.rawValue ?? .max, to.map { lowestID($0 + Self.clockSlack) } ?? .max)
        parameters.append(account)
        parameters.append(uuid: below)
        parameters.append(uuid: from.map { lowestID($0 - Self.clockSlack) } ?? 0)
        parameters.append(userID)
        parameters.append(status?.rawValue)
        parameters.append(tag)
        parameters.append(timestamptz: from?.microseconds)
        parameters.append(timestamptz: to?.microseconds)
    }

    private func lowestID(_ time: Timestamp) -> UInt128 { EntryID(at: time, random: (0, 0)).rawValue }
}
