import Domain
import PostgresClient

/// How an endpoint did in a batch of deliveries.
public struct EndpointResult: Sendable, Equatable {
    /// The endpoint.
    public var id: EndpointID
    /// Whether its last delivery succeeded.
    public var succeeded: Bool
    /// Whether it answered 410.
    public var isGone: Bool

    /// Makes one.
    public init(id: EndpointID, succeeded: Bool, isGone: Bool) {
        self.id = id
        self.succeeded = succeeded
        self.isGone = isGone
    }
}

/// Notes since when endpoints fail, and disables those that are gone or have failed for too long, with an event for
/// their owner.
///
/// Rows are written when something changes, not at every delivery. One that is disabled begins anew once it is enabled
/// again. Locks: the rows that change.
public struct JudgeEndpoints: Statement {
    /// The statement.
    public static let sql = """
        WITH judged AS MATERIALIZED (
            SELECT e.id, e.account, e.url, e.failing_since, given.succeeded,
                   CASE WHEN given.is_gone THEN 'gone'
                        WHEN NOT given.succeeded AND e.failing_since < now() - $4 THEN 'failing' END AS reason
            FROM unnest($1::uuid[], $2::boolean[], $3::boolean[]) AS given (id, succeeded, is_gone)
            JOIN alert.endpoint AS e ON e.id = given.id
            WHERE e.disabled_at IS NULL
              AND e.deleted_at IS NULL
              AND CASE WHEN given.is_gone THEN true
                       WHEN given.succeeded THEN e.failing_since IS NOT NULL
                       ELSE e.failing_since IS NULL OR e.failing_since < now() - $4 END
            ORDER BY e.id
            FOR UPDATE OF e
        ), changed AS (
            UPDATE alert.endpoint AS e
            SET failing_since = CASE WHEN j.reason IS NULL AND NOT j.succeeded THEN now() END,
                disabled_at = CASE WHEN j.reason IS NOT NULL THEN now() END, disabled_reason = j.reason
            FROM judged AS j
            WHERE e.id = j.id
        ), told AS (
            INSERT INTO alert.event (account, kind, subject, data)
            SELECT j.account, 'endpoint.disabled', j.id::text,
                   jsonb_build_object('endpointId', j.id, 'url', j.url, 'reason', j.reason,
                                      'failingSince', j.failing_since)
            FROM judged AS j
            WHERE j.reason IS NOT NULL
        )
        SELECT j.id FROM judged AS j WHERE j.reason IS NOT NULL
        """
    let results: [EndpointResult]
    let failingMax: Duration

    /// Judges these; one that fails for longer than `failingMax` without a success is disabled.
    public init(_ results: [EndpointResult], failingMax: Duration) {
        self.results = results
        self.failingMax = failingMax
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        var succeeded = ArrayParameter(.bool)
        var isGone = ArrayParameter(.bool)
        for result in results {
            succeeded.append(result.succeeded)
            isGone.append(result.isGone)
        }
        parameters.append(ArrayParameter(results.map(\.id)))
        parameters.append(succeeded)
        parameters.append(isGone)
        parameters.append(interval: failingMax)
    }

    /// The endpoints that are disabled by it.
    public func decode(_ rows: Rows) throws(PostgresError) -> [EndpointID] {
        try rows.map { row throws(PostgresError) in EndpointID(rawValue: try row.uuid(0)) }
    }
}
