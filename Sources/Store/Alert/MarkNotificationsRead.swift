import Domain
import PostgresClient

/// Marks an account's notifications as read. Locks: their rows.
package struct MarkNotificationsRead: Statement {
    /// Notifications of one call at most.
    package static let rowsMax: Int32 = 10_000

    package static let sql = """
        WITH named AS (
            SELECT EXISTS (SELECT FROM alert.notification AS n WHERE n.account = $1 AND n.id = $2) AS is_known
        ), found AS (
            SELECT n.id FROM alert.notification AS n
            WHERE n.account = $1 AND n.id <= $2 AND n.id >= $3 AND n.read_at IS NULL
              AND (SELECT is_known FROM named)
            ORDER BY n.id DESC LIMIT $4
        ), marked AS (
            UPDATE alert.notification AS n SET read_at = now() FROM found AS f WHERE n.id = f.id RETURNING n.id
        )
        SELECT (SELECT count(*)::integer FROM marked), (SELECT is_known FROM named)
        """
    let account: String
    let last: NotificationID
    let isUpTo: Bool

    /// Marks one, or it and the older ones, of which only the latest ``rowsMax``.
    package init(account: String, _ last: NotificationID, isUpTo: Bool) {
        self.account = account
        self.last = last
        self.isUpTo = isUpTo
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(account)
        parameters.append(uuid: last.rawValue)
        parameters.append(uuid: isUpTo ? 0 : last.rawValue)
        parameters.append(Int64(Self.rowsMax))
    }

    /// How many were marked, and whether the account has the one that was named.
    package func decode(_ rows: Rows) throws(PostgresError) -> (marked: Int32, isKnown: Bool) {
        try rows.single { row throws(PostgresError) in (try row.int32(), try row.bool()) }
    }
}
