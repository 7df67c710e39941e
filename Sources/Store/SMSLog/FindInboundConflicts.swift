import PostgresClient

/// Finds which of these keys are stored with another content.
package struct FindInboundConflicts: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT i.id
        FROM unnest($1::uuid[], $2::bigint[]) AS given (id, content_hash)
        JOIN sms_log.inbound AS i ON i.id = given.id
        WHERE i.content_hash <> given.content_hash
        """
    let contents: [(key: UInt128, contentHash: Int64)]

    /// Compares these.
    package init(_ contents: [(key: UInt128, contentHash: Int64)]) { self.contents = contents }

    package func bind(_ parameters: inout Parameters) {
        var id = ArrayParameter(.uuid)
        var hash = ArrayParameter(.int8)
        for content in contents {
            id.append(uuid: content.key)
            hash.append(content.contentHash)
        }
        parameters.append(id)
        parameters.append(hash)
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> Set<UInt128> {
        Set(try rows.map { row throws(PostgresError) in try row.uuid() })
    }
}
