import Domain
import PostgresClient

/// Reads entries by their ids.
package struct ReadEntries: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT \(EntryRecord.columns)
        FROM outbox.entry AS e
        WHERE e.id = ANY ($1::uuid[])
        """
    let ids: [EntryID]

    /// Reads these.
    package init(_ ids: [EntryID]) { self.ids = ids }

    package func bind(_ parameters: inout Parameters) { parameters.append(ArrayParameter(ids)) }

    /// Those that are there, in no order.
    package func decode(_ rows: Rows) throws(PostgresError) -> [EntryRecord] {
        try rows.map(EntryRecord.init)
    }
}
