/// How a lease ends: the same in every queue of leases (`queue.send`, `queue.lookup`, `queue.notification`).
///
/// Every argument is a constant of ours. Each of these tables has `fence`, `lease_owner`, `lease_until` and `due_at`.
enum LeaseSQL {
    /// The fence of a row that is queued anew: above every fence that an earlier row of its key can have had, so that a
    /// repeated report about the earlier row does not end a lease of the new one. Microseconds since 1970.
    static let firstFence = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

    /// Ends leases of process `$1`: removes the rows, or makes them due again. Rows whose lease was lost stay as they
    /// are; repeated, it finds none. Returns the keys of the rows whose lease it ended.
    ///
    /// The way the owner is compared keeps the planner off the index of leases, which statistics take for empty: a
    /// batch would walk through all its dead rows since the last vacuum (measured: 5 ms instead of 1).
    ///
    /// - Parameters:
    ///   - table: the queue.
    ///   - key: its primary key's columns.
    ///   - given: `unnest(…) AS given (…)` with the key, `fence`, and `due_microseconds`, which is null where the row
    ///     leaves the queue.
    ///   - again: what else is set in a row `q` that is due again.
    static func settle(_ table: String, key: [String], given: String, again: String) -> String {
        let columns = key.joined(separator: ", ")
        let returned = key.map { "q.\($0)" }.joined(separator: ", ")
        let held = """
            \(equal(key, "given"))
              AND q.fence = given.fence
              AND q.lease_owner IS NOT DISTINCT FROM $1
            """
        return """
            WITH given AS MATERIALIZED (
                SELECT * FROM \(given)
            ), gone AS (
                DELETE FROM \(table) AS q
                USING given
                WHERE \(held)
                  AND given.due_microseconds IS NULL
                RETURNING \(returned)
            ), again AS (
                UPDATE \(table) AS q
                SET due_at = now() + given.due_microseconds * interval '1 microsecond', \(again),
                    lease_owner = NULL, lease_until = NULL
                FROM given
                WHERE \(held)
                  AND given.due_microseconds IS NOT NULL
                RETURNING \(returned)
            )
            SELECT \(columns) FROM gone UNION ALL SELECT \(columns) FROM again
            """
    }

    /// How far off the end of a lease may be. None lasts a minute: one that ends later was made while the database's
    /// clock was ahead, and would go on for as long after its worker has died. Its worker may live, as may one whose lease
    /// has ended: so it is freed as one of these is.
    static let aheadMax = "interval '10 minutes'"

    /// Frees up to `$1` rows whose worker died, or stood still past its lease.
    static func rescue(_ table: String, key: [String]) -> String {
        """
        UPDATE \(table) AS q
        SET lease_owner = NULL, lease_until = NULL
        FROM (
            SELECT \(key.map { "one.\($0)" }.joined(separator: ", "))
            FROM \(table) AS one
            WHERE one.lease_owner IS NOT NULL
              AND (one.lease_until < now() OR one.lease_until > now() + \(aheadMax))
            ORDER BY one.lease_until
            LIMIT $1
            FOR UPDATE SKIP LOCKED
        ) AS lost
        WHERE \(equal(key, "lost"))
        """
    }

    private static func equal(_ key: [String], _ other: String) -> String {
        key.map { "q.\($0) = \(other).\($0)" }.joined(separator: " AND ")
    }
}
