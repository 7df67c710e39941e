import PostgresClient

/// Records that a provider stopped taking work, or takes it again, unless that is its last event already.
///
/// Two workers that record it at the same moment may both do so; the last row says the same.
package struct RecordProviderPause: Statement {
    package static let sql = """
        INSERT INTO ops.provider_event (provider, kind, code)
        SELECT $1, $2, $3
        WHERE coalesce((SELECT p.kind FROM ops.provider_event AS p WHERE p.provider = $1 ORDER BY p.seq DESC LIMIT 1),
                       'resumed') <> $2
        """
    let provider: String
    let isPaused: Bool
    let code: String?

    /// Notes a pause with the code that caused it, or the status of an answer without one; or its end.
    package init(_ provider: String, isPaused: Bool, code: String? = nil) {
        self.provider = provider
        self.isPaused = isPaused
        self.code = code
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(provider)
        parameters.append(isPaused ? "paused" : "resumed")
        parameters.append(code)
    }

    /// Whether it was news.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool { rows.affectedCount > 0 }
}
