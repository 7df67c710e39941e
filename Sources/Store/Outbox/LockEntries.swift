import Domain
import PostgresClient

/// What an entry's row itself says of its state, beside its attempts and receipts.
public struct LockedEntry: Sendable {
    /// The entry.
    public var id: EntryID
    /// When it is to be sent, if later than at once.
    public var scheduledAt: Timestamp?
    /// Whether that time lies ahead by the database's clock.
    public var isScheduled: Bool
    /// Whether the user cancelled it.
    public var isCancelled: Bool
    /// Whether its validity ended unsent.
    public var isExpired: Bool
    /// The current cycle: 0 is the send, 1 the first resend.
    public var cycle: Int32
    /// Whether its provider reports on what it accepted.
    public var sendsReceipts: Bool
    /// The state as stored: what the user sees now.
    public var deliveryState: String
    /// The status as stored.
    public var status: String
}

/// Locks entries in ascending order of id, so that their state can be computed from all evidence and written.
///
/// A statement after this one sees every receipt that was committed before the lock was had: whoever comes second to
/// an entry computes from the first one's evidence too. Locks: the rows, FOR NO KEY UPDATE, which makes no new version
/// and lets foreign keys be checked.
public struct LockEntries: Statement {
    public static let sql = """
        SELECT e.id, e.scheduled_at, coalesce(e.scheduled_at > now(), false), e.cancelled_at IS NOT NULL,
               e.expired_at IS NOT NULL, e.cycle, p.sends_receipts, e.delivery_state, e.status
        FROM outbox.entry AS e
        JOIN ops.provider AS p ON p.name = e.provider
        WHERE e.id = ANY ($1::uuid[])
        ORDER BY e.id
        FOR NO KEY UPDATE OF e
        """
    let ids: [EntryID]

    /// Locks these.
    public init(_ ids: [EntryID]) { self.ids = ids }

    public func bind(_ parameters: inout Parameters) { parameters.append(ArrayParameter(ids)) }

    public func decode(_ rows: Rows) throws(PostgresError) -> [LockedEntry] {
        try rows.map { row throws(PostgresError) in
            LockedEntry(
                id: EntryID(rawValue: try row.uuid(0)),
                scheduledAt: try row.optionalTimestamptz(1).map { Timestamp(microseconds: $0) },
                isScheduled: try row.bool(2), isCancelled: try row.bool(3), isExpired: try row.bool(4),
                cycle: try row.int32(5), sendsReceipts: try row.bool(6), deliveryState: try row.text(7),
                status: try row.text(8))
        }
    }
}

extension ArrayParameter {
    /// Ids as a uuid array.
    init<Kind>(_ ids: some Sequence<Identifier<Kind>>) {
        self.init(.uuid)
        for id in ids { append(uuid: id.rawValue) }
    }
}
