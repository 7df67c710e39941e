import PostgresClient

/// Whether a provider is paused, by its last event, and whether the pause has lasted long enough to check if it can
/// end.
///
/// A pause lasts at least `first`, doubled for each earlier pause with the same code within `memory`, up to `longest`.
/// Only the last 100 events are looked at; two workers may both have recorded one pause. One that began in the future
/// did so by a clock of the database that has been corrected since, and may end.
package struct ReadProviderPause: Statement {
    /// What holds now.
    package struct Output: Sendable, Equatable {
        /// Whether it is paused.
        package var isPaused: Bool
        /// Whether it is and may end now.
        package var mayEnd: Bool
    }

    package static let access = StatementAccess.reads
    package static let sql = """
        WITH recent AS (
            SELECT p.seq, p.kind, p.code, p.recorded_at
            FROM ops.provider_event AS p
            WHERE p.provider = $1
            ORDER BY p.seq DESC
            LIMIT 100
        ), pause AS (
            SELECT one.seq, one.code, one.recorded_at
            FROM (SELECT r.*, lag(r.kind) OVER (ORDER BY r.seq) AS before FROM recent AS r) AS one
            WHERE one.kind = 'paused'
              AND one.before IS DISTINCT FROM 'paused'
        )
        SELECT latest.kind = 'paused',
               latest.kind = 'paused'
               AND (began.recorded_at + least($2::interval * 2 ^ least(alike.count - 1, 16), $3::interval) <= now()
                    OR began.recorded_at > now() + interval '1 minute')  -- by a clock that was ahead
        FROM (SELECT r.kind FROM recent AS r ORDER BY r.seq DESC LIMIT 1) AS latest
        LEFT JOIN LATERAL (SELECT p.code, p.recorded_at FROM pause AS p ORDER BY p.seq DESC LIMIT 1) AS began ON true
        CROSS JOIN LATERAL (
            SELECT count(*)
            FROM pause AS p
            WHERE p.code IS NOT DISTINCT FROM began.code
              AND p.recorded_at >= began.recorded_at - $4::interval
        ) AS alike
        """
    let provider: String
    let first: Duration
    let longest: Duration
    let memory: Duration

    /// Asks for this one, whose first pause lasts at least `first`, and none must last longer than `longest`; those
    /// before are counted as far back as `memory`.
    package init(_ provider: String, first: Duration, longest: Duration, memory: Duration) {
        self.provider = provider
        self.first = first
        self.longest = longest
        self.memory = memory
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(provider)
        parameters.append(interval: first)
        parameters.append(interval: longest)
        parameters.append(interval: memory)
    }

    /// What holds; a provider without events is not paused.
    package func decode(_ rows: Rows) throws(PostgresError) -> Output {
        let output = try rows.optionalSingle { row throws(PostgresError) in
            Output(isPaused: try row.bool(), mayEnd: try row.bool())
        }
        return output ?? Output(isPaused: false, mayEnd: false)
    }
}
