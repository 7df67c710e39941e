import Domain
import PostgresClient

/// How an endpoint did in a batch of deliveries.
package struct EndpointResult: Sendable, Equatable {
    /// The endpoint.
    package var id: EndpointID
    /// Where it was delivered to: the result at an earlier address says nothing about the present one.
    package var url: String
    /// Whether its last delivery succeeded.
    package var succeeded: Bool
    /// Whether it answered 410.
    package var isGone: Bool

    package init(id: EndpointID, url: String, succeeded: Bool, isGone: Bool) {
        self.id = id
        self.url = url
        self.succeeded = succeeded
        self.isGone = isGone
    }
}

/// Records since when endpoints fail, and disables those that are gone or have failed for too long, with an event for
/// their owner.
///
/// The event names no URL, because a URL's path may be a secret and the account's other endpoints get the event. Rows
/// are written when something changes, not at every delivery. A disabled endpoint starts afresh once it is enabled
/// again. Locks: the rows that change.
package struct JudgeEndpoints: Statement {
    package static let sql = """
        WITH judged AS MATERIALIZED (
            SELECT e.id, e.account, e.failing_since, given.succeeded,
                   CASE WHEN given.is_gone THEN 'gone'
                        WHEN NOT given.succeeded AND e.failing_since < now() - $4 THEN 'failing' END AS reason
            FROM unnest($1::uuid[], $2::boolean[], $3::boolean[], $5::text[]) AS given (id, succeeded, is_gone, url)
            JOIN alert.endpoint AS e ON e.id = given.id AND e.url = given.url
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
                   jsonb_build_object('endpointId', j.id, 'reason', j.reason, 'failingSince', j.failing_since)
            FROM judged AS j
            WHERE j.reason IS NOT NULL
        )
        SELECT j.id FROM judged AS j WHERE j.reason IS NOT NULL
        """
    let results: [EndpointResult]
    let failingMax: Duration

    /// Judges these; one that fails for longer than `failingMax` without a success is disabled.
    package init(_ results: [EndpointResult], failingMax: Duration) {
        self.results = results
        self.failingMax = failingMax
    }

    package func bind(_ parameters: inout Parameters) {
        var succeeded = ArrayParameter(.bool)
        var isGone = ArrayParameter(.bool)
        var url = ArrayParameter(.text)
        for result in results {
            succeeded.append(result.succeeded)
            isGone.append(result.isGone)
            url.append(result.url)
        }
        parameters.append(ArrayParameter(results.map(\.id)))
        parameters.append(succeeded)
        parameters.append(isGone)
        parameters.append(interval: failingMax)
        parameters.append(url)
    }

    /// The endpoints that are disabled by it.
    package func decode(_ rows: Rows) throws(PostgresError) -> [EndpointID] {
        try rows.map { row throws(PostgresError) in EndpointID(rawValue: try row.uuid()) }
    }
}
