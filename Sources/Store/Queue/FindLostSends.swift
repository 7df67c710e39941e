import Domain
import PostgresClient

/// A lease whose holder need not be waited for any more.
public struct LostSend: Sendable, Equatable {
    /// The entry.
    public var entryID: EntryID
    /// The lease's number.
    public var fence: Int64
    /// When it ends, in microseconds since 1970.
    public var leaseUntil: Int64
}

/// Finds leases that have ended and, for processes that have fallen silent, theirs that have not ended yet.
///
/// A claim is a sign of life, too: what was claimed less than ``Heartbeat/silence`` ago is not lost, whatever became of
/// its owner's heartbeats. So the gates of the sends found have long shut: their calls may be under way, but none
/// begins.
///
/// It works in pages by the leases' ends, each after the one before, so that what cannot be freed hides nothing.
public struct FindLostSends: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT q.entry_id, q.fence, q.lease_until
        FROM queue.send AS q
        WHERE q.provider = $1
          AND q.lease_owner IS NOT NULL
          AND q.lease_until < CASE WHEN cardinality($2::uuid[]) = 0 THEN now() ELSE 'infinity' END
          AND q.lease_until >= CASE WHEN cardinality($2::uuid[]) = 0 THEN '-infinity' ELSE now() END
          AND (cardinality($2::uuid[]) = 0
               OR q.lease_owner = ANY ($2::uuid[])
                  -- One by one: an EXISTS may be answered by reading all attempts there are.
                  AND (SELECT a.dispatched_at FROM outbox.attempt AS a WHERE a.id = q.attempt_id) <= now() - $3)
          AND (q.lease_until, q.entry_id) > ($4, $5)
        ORDER BY q.lease_until, q.entry_id
        LIMIT $6
        """
    let provider: String
    let silent: [UInt128]
    let place: LostSend?
    let limit: Int32

    /// Finds up to `limit` behind a place, of these processes, where there are any.
    public init(provider: String, ofSilent silent: [UInt128] = [], behind place: LostSend? = nil, limit: Int32) {
        self.provider = provider
        self.silent = silent
        self.place = place
        self.limit = limit
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        var owners = ArrayParameter(.uuid)
        for owner in silent { owners.append(uuid: owner) }
        parameters.append(provider)
        parameters.append(owners)
        parameters.append(interval: Heartbeat.silence)
        parameters.append(timestamptz: place?.leaseUntil ?? .min)
        parameters.append(uuid: place?.entryID.rawValue ?? 0)
        parameters.append(Int64(limit))
    }

    /// In the order of their ends.
    public func decode(_ rows: Rows) throws(PostgresError) -> [LostSend] {
        try rows.map { row throws(PostgresError) in
            LostSend(
                entryID: EntryID(rawValue: try row.uuid(0)), fence: try row.int64(1), leaseUntil: try row.timestamptz(2)
            )
        }
    }
}
