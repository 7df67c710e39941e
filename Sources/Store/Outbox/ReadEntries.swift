import Domain
import PostgresClient

/// Reads entries by their ids.
public struct ReadEntries: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT \(EntryRecord.columns)
        FROM outbox.entry AS e
        WHERE e.id = ANY ($1::uuid[])
        """
    let ids: [EntryID]

    /// Reads these.
    public init(_ ids: [EntryID]) { self.ids = ids }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(ArrayParameter(ids)) }

    /// Those that are there, in no order.
    public func decode(_ rows: Rows) throws(PostgresError) -> [EntryRecord] {
        try rows.map { row throws(PostgresError) in try EntryRecord(row) }
    }
}
