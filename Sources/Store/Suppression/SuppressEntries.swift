import Domain
import PostgresClient

/// Marks entries as not sent because their recipients have opted out.
///
/// The state of the entries must be computed anew in the same transaction, which has them locked already. An entry that
/// evidence has settled meanwhile was not suppressed.
public struct SuppressEntries: Statement {
    /// The statement.
    public static let sql = """
        UPDATE outbox.entry AS e
        SET suppressed_at = now()
        FROM unnest($1::uuid[]) AS given (id)
        WHERE e.id = given.id
          AND e.status = 'pending'
        """
    let ids: [EntryID]

    /// Marks these.
    public init(_ ids: [EntryID]) { self.ids = ids }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(ArrayParameter(ids)) }
}
