import Domain
import PostgresClient

/// Removes slots of rate limits that are long past.
package struct PruneSendSlots: Statement {
    package static let sql = """
        DELETE FROM queue.send_slot AS s
        USING \(LocalCommit.source)
        WHERE s.provider = ANY ($1::text[])
          AND s.slot < ((extract(epoch FROM now()) * 1000000)::bigint - $2)
        """
    let providers: [String]
    let keep: Duration

    /// Removes those of these limits that are older than `keep`.
    package init(providers: [String], keep: Duration) {
        self.providers = providers
        self.keep = keep
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(texts: providers)
        parameters.append(keep.wholeMicroseconds)
    }

    /// How many were removed.
    package func decode(_ rows: Rows) throws(PostgresError) -> Int { rows.affectedCount }
}
