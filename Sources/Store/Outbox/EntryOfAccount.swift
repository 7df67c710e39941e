import Domain
import PostgresClient

/// An entry if it is this account's and, where a user is given, this user's; others' entries appear not to exist.
struct EntryOfAccount: Sendable {
    static let sql = """
        SELECT \(EntryRecord.columns)
        FROM outbox.entry AS e
        WHERE e.id = $1
          AND e.account = $2
          AND ($3::text IS NULL OR e.user_id = $3)
        """
    let id: EntryID
    let account: String
    let userID: String?

    func bind(_ parameters: inout Parameters) {
        parameters.append(uuid: id.rawValue)
        parameters.append(account)
        parameters.append(userID)
    }

    func decode(_ rows: Rows) throws(PostgresError) -> EntryRecord? {
        try rows.optionalSingle(EntryRecord.init)
    }
}
