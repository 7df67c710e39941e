import Domain
import PostgresClient

/// Locks an entry of an account, and reads it.
///
/// Locks: the row, `FOR NO KEY UPDATE`, until the transaction ends.
package struct LockEntry: Statement {
    package static let sql = """
        \(EntryOfAccount.sql)
        FOR NO KEY UPDATE
        """
    let wanted: EntryOfAccount

    /// Locks this one, of this user only where one is given.
    package init(_ id: EntryID, account: String, userID: String?) {
        wanted = EntryOfAccount(id: id, account: account, userID: userID)
    }

    package func bind(_ parameters: inout Parameters) { wanted.bind(&parameters) }

    /// The entry; nil where there is none.
    package func decode(_ rows: Rows) throws(PostgresError) -> EntryRecord? { try wanted.decode(rows) }
}
