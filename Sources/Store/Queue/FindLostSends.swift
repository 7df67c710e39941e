import Domain
import PostgresClient

/// A lease whose holder need not be waited for any more.
package struct LostSend: Sendable, Equatable {
    /// The entry.
    package var entryID: EntryID
    /// The lease's number.
    package var fence: Int64
    /// When it ends, in microseconds since 1970.
    package var leaseUntil: Int64
}

/// Which leases are lost.
package enum LostLeases: Sendable {
    /// Those that have ended.
    case ended
    /// Those that end later than any lease lasts: made while the database's clock was ahead.
    case ahead
    /// Those of these processes, which have fallen silent, that have not ended yet.
    case ofSilent([UInt128])
}

/// Finds leases that are lost.
///
/// A claim is a sign of life, too: what was claimed less than ``Heartbeat/silence`` ago is not lost, whatever became of
/// its owner's heartbeats. So the gates of the sends found have long shut: their calls may be under way, but none
/// begins. Only of those that end too far ahead it is not known when they were claimed: a call may begin even then. Its
/// attempt is unclear from now on, so it is looked up, and no other is made meanwhile.
///
/// It works in pages by the leases' ends, each after the one before, so that what cannot be freed hides nothing.
package struct FindLostSends: Statement {
    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT q.entry_id, q.fence, q.lease_until
        FROM queue.send AS q
        WHERE q.provider = $1
          AND q.lease_owner IS NOT NULL
          AND q.lease_until < CASE WHEN cardinality($2::uuid[]) > 0 OR $7 THEN 'infinity' ELSE now() END
          AND q.lease_until >= CASE WHEN cardinality($2::uuid[]) > 0 THEN now()
                                    WHEN $7 THEN now() + \(LeaseSQL.aheadMax)
                                    ELSE '-infinity' END
          AND (cardinality($2::uuid[]) = 0
               OR q.lease_owner = ANY ($2::uuid[])
                  -- One by one: an EXISTS may be answered by reading all attempts there are.
                  AND (SELECT a.dispatched_at FROM outbox.attempt AS a WHERE a.id = q.attempt_id) <= now() - $3)
          AND (q.lease_until, q.entry_id) > ($4, $5)
        ORDER BY q.lease_until, q.entry_id
        LIMIT $6
        """
    let provider: String
    let leases: LostLeases
    let place: LostSend?
    let limit: Int32

    /// Finds up to `limit` behind a place.
    package init(provider: String, _ leases: LostLeases, behind place: LostSend? = nil, limit: Int32) {
        self.provider = provider
        self.leases = leases
        self.place = place
        self.limit = limit
    }

    package func bind(_ parameters: inout Parameters) {
        var owners = ArrayParameter(.uuid)
        var isAhead = false
        switch leases {
        case .ended: break
        case .ahead: isAhead = true
        case .ofSilent(let processes): for owner in processes { owners.append(uuid: owner) }
        }
        parameters.append(provider)
        parameters.append(owners)
        parameters.append(interval: Heartbeat.silence)
        parameters.append(timestamptz: place?.leaseUntil ?? .min)
        parameters.append(uuid: place?.entryID.rawValue ?? 0)
        parameters.append(Int64(limit))
        parameters.append(isAhead)
    }

    /// In the order of their ends.
    package func decode(_ rows: Rows) throws(PostgresError) -> [LostSend] {
        try rows.map { row throws(PostgresError) in
            LostSend(
                entryID: EntryID(rawValue: try row.uuid()), fence: try row.int64(), leaseUntil: try row.timestamptz()
            )
        }
    }
}
