import Domain
import PostgresClient

/// Locks entries, so that what the transaction reads about them afterwards stays complete until it ends.
///
/// Locks: the rows, `FOR NO KEY UPDATE`, in the order given, which must be ascending, until the transaction ends.
package struct LockEntries: Statement {
    package static let sql = """
        SELECT
        FROM unnest($1::uuid[]) AS given (id)
        CROSS JOIN LATERAL (
            SELECT FROM outbox.entry AS one WHERE one.id = given.id FOR NO KEY UPDATE
        ) AS e
        """
    let ids: [EntryID]

    /// Locks these.
    package init(_ ids: [EntryID]) { self.ids = ids }

    package func bind(_ parameters: inout Parameters) { parameters.append(ArrayParameter(ids)) }
}
