import PostgresClient

/// Finds processes that have fallen silent: their last heartbeat is older than ``Heartbeat/silence``.
///
/// Finds any only for a process that could be heard itself all that time: its own heartbeats cover the time without a
/// gap above ``Heartbeat/gapMax``. After an outage of Postgres all processes look silent, the asking one included, and
/// none is found. All times are the database's; a heartbeat that is still to come was noted while its clock was ahead,
/// and says nothing. Steps from one process to the next by the primary key, whatever the
/// number of heartbeats.
package struct FindSilentProcesses: Statement {
    /// Processes found at most; those that fell silent last come first.
    static let countMax: Int32 = 1_000
    package static let access = StatementAccess.reads
    package static let sql = """
        WITH RECURSIVE own AS MATERIALIZED (
            SELECT p.seen_at, coalesce(lead(p.seen_at) OVER (ORDER BY p.seen_at), now()) AS next_at
            FROM ops.process AS p
            WHERE p.process_id = $1
              AND p.seen_at > now() - ($2 + $3)
              AND p.seen_at <= now()
        ), heard AS MATERIALIZED (
            SELECT coalesce(min(o.seen_at) <= now() - $2 AND max(o.next_at - o.seen_at) <= $3, false) AS always
            FROM own AS o
        ), known AS (
            -- Backwards, to the last heartbeat of each: the first ones are pruned, and under a held snapshot dead rows.
            (SELECT p.process_id, p.seen_at
             FROM ops.process AS p
             WHERE (SELECT h.always FROM heard AS h)
               AND p.seen_at <= now()
             ORDER BY p.process_id DESC, p.seen_at DESC
             LIMIT 1)
            UNION ALL
            SELECT next.process_id, next.seen_at
            FROM known AS k
            CROSS JOIN LATERAL (
                SELECT p.process_id, p.seen_at
                FROM ops.process AS p
                WHERE p.process_id < k.process_id
                  AND p.seen_at <= now()
                ORDER BY p.process_id DESC, p.seen_at DESC
                LIMIT 1
            ) AS next
        )
        SELECT k.process_id
        FROM known AS k
        WHERE k.seen_at <= now() - $2
          AND k.seen_at > now() - $4
        ORDER BY k.seen_at DESC
        LIMIT $5
        """
    let observer: UInt128

    /// Finds them for this process.
    package init(observer: UInt128) { self.observer = observer }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(uuid: observer)
        parameters.append(interval: Heartbeat.silence)
        parameters.append(interval: Heartbeat.gapMax)
        parameters.append(interval: Heartbeat.remembered)
        parameters.append(Int64(Self.countMax))
    }

    /// Their ids.
    package func decode(_ rows: Rows) throws(PostgresError) -> [UInt128] {
        try rows.map { row throws(PostgresError) in try row.uuid() }
    }
}
