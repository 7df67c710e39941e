import Domain
import PostgresClient

/// Events of one account and kind that wait to be told, and what decides when they are.
package struct TellingGroup: Sendable, Equatable {
    /// The account; empty for the operators.
    package var account: String
    /// The kind, also one that this binary does not know.
    package var kind: String
    /// What waits, counted up to one more than the rule's number.
    package var waiting: WaitingEvents
    /// What was told in the latest window; nil if nothing ever was.
    package var window: ToldWindow?
    /// The account's rule.
    package var rule: DigestRule
    /// Start of the transaction, by the database's clock.
    package var now: Timestamp

    /// What is to be told now; nil for nothing.
    package var step: TellingStep? {
        let isTrial = kind == AlertKind.test.rawValue
        return (isTrial ? DigestRule.never : rule).step(waiting: waiting, window: window, now: now)
    }

    /// What a query reads of the groups `one (account, kind)`. Held events are counted only as far as it matters.
    static let selection = """
        SELECT one.account, one.kind, now(), waiting.count, waiting.oldest_at, coalesce(s.digest_count, 10),
               coalesce(s.digest_seconds, 900), told.window_at, told.count, told.last_at
        """
    /// Where it is read.
    static let joins = """
        LEFT JOIN alert.settings AS s ON s.account = one.account
        CROSS JOIN LATERAL (
            SELECT count(*)::integer AS count, (array_agg(f.happened_at ORDER BY f.seq))[1] AS oldest_at
            FROM (
                SELECT v.seq, v.happened_at FROM alert.event AS v
                WHERE coalesce(v.account, '') = one.account AND v.kind = one.kind
                ORDER BY v.seq LIMIT coalesce(s.digest_count, 10) + 1
            ) AS f
        ) AS waiting
        LEFT JOIN LATERAL (
            SELECT n.window_at, count(*)::integer AS count, max(n.created_at) AS last_at
            FROM alert.notification AS n
            WHERE coalesce(n.account, '') = one.account AND n.kind = one.kind
              AND n.window_at = (SELECT max(m.window_at) FROM alert.notification AS m
                                 WHERE coalesce(m.account, '') = one.account AND m.kind = one.kind
                                   AND m.window_at <= now())  -- not of a clock that was ahead
            GROUP BY n.window_at
        ) AS told ON true
        """

    init(_ row: inout Row) throws(PostgresError) {
        account = try row.text()
        kind = try row.text()
        now = Timestamp(microseconds: try row.timestamptz())
        waiting = WaitingEvents(
            count: Int(try row.int32()),
            oldestAt: try row.optionalTimestamptz().map { Timestamp(microseconds: $0) } ?? now)
        rule = DigestRule(count: Int(try row.int32()), length: .seconds(Int64(try row.int32())))
        if let startedAt = try row.optionalTimestamptz() {
            window = ToldWindow(
                startedAt: Timestamp(microseconds: startedAt), told: Int(try row.int32()),
                lastToldAt: Timestamp(microseconds: try row.timestamptz()))
        } else {
            row.skipRest()
        }
    }
}
