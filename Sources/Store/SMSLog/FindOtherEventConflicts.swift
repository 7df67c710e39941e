import PostgresClient

/// Finds which of these keys are parked with another content.
package struct FindOtherEventConflicts: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT e.account, e.event_name, e.event_id
        FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
            AS given (account, event_name, event_id, content_hash)
        JOIN sms_log.other_event AS e
          ON e.account = given.account AND e.event_name = given.event_name AND e.event_id = given.event_id
        WHERE e.content_hash <> given.content_hash
        """
    let contents: [(key: LogKey, contentHash: Int64)]

    /// Compares these.
    package init(_ contents: [(key: LogKey, contentHash: Int64)]) { self.contents = contents }

    package func bind(_ parameters: inout Parameters) {
        var account = ArrayParameter(.text)
        var eventName = ArrayParameter(.text)
        var eventID = ArrayParameter(.text)
        var hash = ArrayParameter(.int8)
        for content in contents {
            account.append(content.key.account)
            eventName.append(content.key.eventName)
            eventID.append(content.key.eventID)
            hash.append(content.contentHash)
        }
        for array in [account, eventName, eventID, hash] { parameters.append(array) }
    }

    package func decode(_ rows: Rows) throws(PostgresError) -> Set<LogKey> {
        Set(
            try rows.map { row throws(PostgresError) in
                LogKey(account: try row.text(), eventName: try row.text(), eventID: try row.text())
            })
    }
}
