import Domain
import PostgresClient

/// All evidence of one entry, and its state as stored.
package struct StoredEvidence: Sendable {
    /// The entry.
    package var id: EntryID
    /// How often its state has been computed; a state computed from this revision may only be written onto it.
    package var revision: Int32
    /// The status as stored: what the user sees now.
    package var status: String
    /// The delivery state as stored.
    package var deliveryState: String
    /// Who pays.
    package var account: String
    /// The cycles that the ledger has charged for.
    package var owedCycles: CycleSet
    /// What the entry's row, its attempts and their receipts say.
    package var evidence: EntryEvidence
    /// Whether this is all evidence; false where an attempt has more receipts than ``ReadEvidence/receiptsMax``. See
    /// ``ReadEvidence/whole(of:on:deadline:)``.
    package var isWhole = true
}

/// Reads everything that the state of entries is computed from, in one look, except receipts beyond ``receiptsMax``.
///
/// The fences keep the plan a look-up by index for each entry. With `entry_id = ANY (…)`, a table whose statistics date
/// from when it was small would be read whole for every batch: measured, 40 ms instead of 3 at 100 000 receipts, and
/// growing.
package struct ReadEvidence: Statement {
    package static let access = StatementAccess.reads
    package static let isPrepared = true
    /// How many receipts of an attempt are read with it. There are one or two as a rule, but a provider, or anybody who
    /// knows its token, can report any number. Each is a row, which repeats what is known of the entry and the attempt.
    package static let receiptsMax = 8
    package static let sql = """
        SELECT wanted.ordinal, \(fields)
        FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, ordinal)
        JOIN outbox.entry AS e ON e.id = wanted.id
        \(joins)
        """
    /// What is read of an entry `e`: columns 1 to 28 of a row.
    static let fields = """
        e.revision, e.status, e.delivery_state, e.scheduled_at,
               coalesce(e.scheduled_at > now(), false), e.cancelled_at IS NOT NULL, e.expired_at IS NOT NULL, e.cycle,
               p.sends_receipts, a.id, a.cycle, a.number, a.state, a.counts, a.provider_code, a.provider_failed,
               a.dispatched_at, a.settled_at, a.deadline_passed_at, r.id, r.status, r.result, r.reported_time,
               r.received_at, e.account, e.owed_cycles, a.unclear_deadline_passed_at,
               e.suppressed_at IS NOT NULL
        """
    /// Its attempts and their receipts: a row for each, with at most one receipt more than ``receiptsMax``, which tells
    /// that there are more.
    static let joins = """
        JOIN ops.provider AS p ON p.name = e.provider
        LEFT JOIN LATERAL (
            SELECT one.id, one.cycle, one.number, one.state, one.counts, one.provider_code, one.provider_failed,
                   one.dispatched_at, one.settled_at, one.deadline_passed_at, one.unclear_deadline_passed_at
            FROM outbox.attempt AS one
            WHERE one.entry_id = e.id
            OFFSET 0  -- fence
        ) AS a ON true
        LEFT JOIN LATERAL (
            SELECT one.id, one.status, one.result, one.reported_time, one.received_at
            FROM outbox.receipt AS one
            WHERE one.entry_id = e.id
              AND one.attempt_id = a.id
            LIMIT \(receiptsMax + 1)  -- fence, too
        ) AS r ON true
        """
    let ids: [EntryID]

    /// Reads that of these entries, which must be distinct.
    package init(of ids: [EntryID]) { self.ids = ids }

    package func bind(_ parameters: inout Parameters) { parameters.append(ArrayParameter(ids)) }

    /// What was found, in the order of the ids; entries that are gone are left out. See ``StoredEvidence/isWhole``.
    package func decode(_ rows: Rows) throws(PostgresError) -> [StoredEvidence] {
        var found = [StoredEvidence?](repeating: nil, count: ids.count)
        for index in 0..<rows.count {
            let row = rows[index]
            let place = Int(try row.int64(0, in: 1...Int64.max)) - 1
            guard found.indices.contains(place) else { throw Self.unexpected("ordinal") }
            if found[place] == nil { found[place] = try StoredEvidence(row, id: ids[place]) }
            try found[place]?.add(row)
        }
        return found.compactMap(\.self)
    }

    static func unexpected(_ what: String) -> PostgresError {
        PostgresError(.unexpectedResult, statement: name, serverMessage: what)
    }
}

extension StoredEvidence {
    /// The entry's own part of a row of ``ReadEvidence``.
    init(_ row: Row, id: EntryID) throws(PostgresError) {
        self.init(
            id: id, revision: try row.int32(1), status: try row.text(2), deliveryState: try row.text(3),
            account: try row.text(25), owedCycles: CycleSet(rawValue: try row.int64(26)),
            evidence: EntryEvidence(
                scheduledAt: try row.optionalTimestamptz(4).map { Timestamp(microseconds: $0) },
                scheduled: try row.bool(5), cancelled: try row.bool(6), expired: try row.bool(7),
                suppressed: try row.bool(28), cycle: try row.int32(8), sendsReceipts: try row.bool(9), attempts: []))
    }

    /// Adds the attempt and the receipt of a row, if there are any.
    mutating func add(_ row: Row) throws(PostgresError) {
        guard let id = try row.optionalUUID(10).map(AttemptID.init(rawValue:)) else { return }
        let place = evidence.attempts.firstIndex { $0.id == id } ?? evidence.attempts.count
        if place == evidence.attempts.count {
            guard let state = AttemptState(rawValue: try row.text(13)) else {
                throw ReadEvidence.unexpected("attempt state")
            }
            evidence.attempts.append(
                AttemptEvidence(
                    id: id, cycle: try row.int32(11), number: try row.int32(12), state: state,
                    counts: try row.bool(14), providerFailed: try row.bool(16), providerCode: try row.optionalText(15),
                    dispatchedAt: try row.optionalTimestamptz(17).map { Timestamp(microseconds: $0) },
                    settledAt: try row.optionalTimestamptz(18).map { Timestamp(microseconds: $0) },
                    deadlinePassed: try row.optionalTimestamptz(19) != nil,
                    unclearDeadlinePassed: try row.optionalTimestamptz(27) != nil, receipts: []))
        }
        guard let key = try row.optionalUUID(20) else { return }
        evidence.attempts[place].receipts.append(
            ReceiptEvidence(
                key: ReceiptKey(rawValue: key), status: try row.text(21), result: try row.text(22),
                reportedTime: try row.text(23), receivedAt: Timestamp(microseconds: try row.timestamptz(24))))
        if evidence.attempts[place].receipts.count > ReadEvidence.receiptsMax { isWhole = false }
    }

    /// Adds to an attempt a receipt that was stored since.
    ///
    /// - Returns: false where the attempt is not among them.
    package mutating func add(_ receipt: ReceiptEvidence, of id: AttemptID) -> Bool {
        guard let place = evidence.attempts.firstIndex(where: { $0.id == id }) else { return false }
        evidence.attempts[place].receipts.append(receipt)
        return true
    }
}
