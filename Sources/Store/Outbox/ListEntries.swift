import Domain
import PostgresClient

/// What a list of entries is narrowed to; nil does not narrow.
public struct EntryFilter: Sendable, Equatable {
    /// Of this account.
    public var account: String
    /// Of this user.
    public var userID: String?
    /// sent, failed or pending.
    public var status: String?
    /// With this tag.
    public var tag: String?
    /// To this number, in E.164.
    public var recipient: String?
    /// Accepted then or later.
    public var from: Timestamp?
    /// Accepted before.
    public var to: Timestamp?
    /// Behind this entry in the list: older than it.
    public var before: EntryID?

    /// Of an account, not narrowed further.
    public init(account: String) { self.account = account }
}

/// Lists entries, newest first.
///
/// Ids are made by the API's clock and times by the database's: the ids of a span are looked for a day to both sides,
/// so that a list of last month does not walk over this one.
public struct ListEntries: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement. Each filter that is not given is gone when it is planned, as the planner knows the values.
    public static let sql = """
        SELECT \(EntryRecord.columns)
        FROM outbox.entry AS e
        WHERE e.account = $1
          AND ($2::text IS NULL OR e.user_id = $2)
          AND ($3::text IS NULL OR e.status = $3)
          AND ($4::text IS NULL OR (e.tags @> ARRAY[$4::text] AND e.tags <> '{}'))
          AND ($5::text IS NULL OR e.recipient_phone_number = $5)
          AND ($6::timestamptz IS NULL OR (e.created_at >= $6 AND e.id >= $9::uuid))
          AND ($7::timestamptz IS NULL OR (e.created_at < $7 AND e.id < $10::uuid))
          AND ($8::uuid IS NULL OR e.id < $8)
        ORDER BY e.id DESC
        LIMIT $11
        """
    /// How far the two clocks may be apart.
    static let clockSlackMicroseconds: Int64 = 86_400_000_000

    let filter: EntryFilter
    let limit: Int32

    /// Lists up to `limit`.
    public init(_ filter: EntryFilter, limit: Int32) {
        self.filter = filter
        self.limit = limit
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(filter.account)
        parameters.append(filter.userID)
        parameters.append(filter.status)
        parameters.append(filter.tag)
        parameters.append(filter.recipient)
        parameters.append(timestamptz: filter.from?.microseconds)
        parameters.append(timestamptz: filter.to?.microseconds)
        parameters.append(uuid: filter.before?.rawValue)
        parameters.append(uuid: filter.from.map { bound($0, -Self.clockSlackMicroseconds) })
        parameters.append(uuid: filter.to.map { bound($0, Self.clockSlackMicroseconds) })
        parameters.append(limit)
    }

    private func bound(_ time: Timestamp, _ slack: Int64) -> UInt128 {
        EntryID(at: Timestamp(microseconds: time.microseconds + slack), random: (0, 0)).rawValue
    }

    /// The page.
    public func decode(_ rows: Rows) throws(PostgresError) -> [EntryRecord] {
        try rows.map { row throws(PostgresError) in try EntryRecord(row) }
    }
}
