import Domain
import PostgresClient

/// Reads an entry of an account.
package struct ReadEntry: Statement {
    package static let access = StatementAccess.reads
    package static let sql = EntryOfAccount.sql
    let wanted: EntryOfAccount

    /// Reads this one, of this user only where one is given.
    package init(_ id: EntryID, account: String, userID: String?) {
        wanted = EntryOfAccount(id: id, account: account, userID: userID)
    }

    package func bind(_ parameters: inout Parameters) { wanted.bind(&parameters) }

    /// The entry; nil where there is none.
    package func decode(_ rows: Rows) throws(PostgresError) -> EntryRecord? { try wanted.decode(rows) }
}
