import Domain
import PostgresClient

/// Marks entries as not sent because their recipients have opted out.
///
/// The state of the entries must be computed anew in the same transaction, which has them locked already. An entry that
/// evidence has settled meanwhile was not suppressed.
package struct SuppressEntries: Statement {
    package static let sql = """
        UPDATE outbox.entry AS e
        SET suppressed_at = now()
        FROM unnest($1::uuid[]) AS given (id)
        WHERE e.id = given.id
          AND e.status = 'pending'
        """
    let ids: [EntryID]

    /// Marks these.
    package init(_ ids: [EntryID]) { self.ids = ids }

    package func bind(_ parameters: inout Parameters) { parameters.append(ArrayParameter(ids)) }
}
