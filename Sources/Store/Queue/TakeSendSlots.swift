import Domain
import PostgresClient

/// What a worker got of a rate limit.
package struct SendSlots: Sendable, Equatable {
    /// How long from now until each slot that it took, ascending, never negative.
    package var granted: [Duration]
    /// If that is none: how long until the first slot that another has not taken long since. It is one that another
    /// took at the same moment, or the first beyond the horizon.
    package var next: Duration
}

/// Takes free slots of a rate limit: moments on a grid of the database's clock, at most one call each.
///
/// Insert-only, so that the limit holds across processes without a row that all of them update; the key decides between
/// two workers that want the same slot, and the loser gets fewer. Slots of a worker that then has nothing to call are
/// lost, and so are slots that pass unused. The commit does not wait for the disk: a crash loses no more than the last
/// moments of a limit. Run it outside a transaction, because others that want the same slot wait for its end.
///
/// While workers have different intervals, as in a restart one by one, their grids have hardly a slot in common. So a
/// slot is free only where none is taken within an interval of it: together they get no more than the quickest of them
/// alone, but for slots that two take at the very same moment. One with a longer interval gets few beside it, or none.
package struct TakeSendSlots: Statement {
    package static let sql = """
        WITH moment AS MATERIALIZED (
            SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now,
                   pg_catalog.set_config('synchronous_commit', 'off', true) AS relaxed
        ), near AS MATERIALIZED (
            -- Read once: with statistics of a quiet hour the planner would go through the whole table for each slot.
            SELECT s.slot FROM moment JOIN queue.send_slot AS s
                ON s.provider = $1 AND s.slot > moment.now - $2 AND s.slot < moment.now + $3 + $2
        ), free AS (
            SELECT grid.number * $2 AS slot
            FROM moment
            CROSS JOIN LATERAL generate_series((moment.now + $2 - 1) / $2, (moment.now + $3) / $2) AS grid (number)
            WHERE NOT EXISTS (SELECT FROM near AS n
                              WHERE n.slot > (grid.number - 1) * $2 AND n.slot < (grid.number + 1) * $2)
            ORDER BY grid.number
            LIMIT $4
        ), taken AS (
            INSERT INTO queue.send_slot (provider, slot)
            SELECT $1, f.slot FROM free AS f
            ON CONFLICT DO NOTHING
            RETURNING slot
        )
        SELECT t.slot - moment.now,
               coalesce((SELECT min(f.slot) FROM free AS f), ((moment.now + $3) / $2 + 1) * $2) - moment.now
        FROM moment
        LEFT JOIN taken AS t ON true
        ORDER BY t.slot
        """
    let provider: String
    let interval: Duration
    let horizon: Duration
    let count: Int

    /// Takes slots.
    ///
    /// - Parameters:
    ///   - provider: whose limit it is; a limit of something else than sending has a name of its own.
    ///   - interval: the time between two slots, at least 1 µs.
    ///   - horizon: how far ahead a slot may be.
    ///   - count: how many at most.
    package init(provider: String, interval: Duration, horizon: Duration, count: Int) {
        self.provider = provider
        self.interval = interval
        self.horizon = horizon
        self.count = count
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(provider)
        parameters.append(max(1, interval.wholeMicroseconds))
        parameters.append(horizon.wholeMicroseconds)
        parameters.append(Int64(count))
    }

    /// What was taken.
    package func decode(_ rows: Rows) throws(PostgresError) -> SendSlots {
        let slots = try rows.map { row throws(PostgresError) in (try row.optionalInt64(), try row.int64()) }
        return SendSlots(
            granted: slots.compactMap(\.0).map { .microseconds(max(0, $0)) },
            next: .microseconds(max(0, slots.first?.1 ?? 0)))
    }
}
