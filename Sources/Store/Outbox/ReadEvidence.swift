import Domain
import PostgresClient

/// All evidence of one entry, and its state as stored.
package struct StoredEvidence: Sendable {
    /// The entry.
    package var id: EntryID
    /// How often its state has been computed; a state computed from this revision may only be written onto it.
    package var revision: Int32
    /// The status as stored: what the user sees now.
    package var status: EntryStatus
    /// The delivery state as stored.
    package var deliveryState: DeliveryState
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
    /// What is read of an entry `e`, then of an attempt, then of a receipt.
    static let fields = """
        e.revision, e.status, e.delivery_state, e.account, e.owed_cycles, e.scheduled_at,
               coalesce(e.scheduled_at > now(), false), e.cancelled_at IS NOT NULL, e.expired_at IS NOT NULL,
               e.suppressed_at IS NOT NULL, e.cycle, p.sends_receipts,
               a.id, a.cycle, a.number, a.state, a.counts, a.provider_failed, a.provider_code, a.dispatched_at,
               a.settled_at, a.deadline_passed_at, a.unclear_deadline_passed_at,
               r.id, r.status, r.result, r.reported_time, r.received_at
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
        try rows.forEach { row throws(PostgresError) in
            let place = Int(try row.int64(in: 1...Int64.max)) - 1
            guard found.indices.contains(place) else {
                throw PostgresError(.unexpectedResult, statement: Self.name, serverMessage: "ordinal")
            }
            if found[place] == nil {
                found[place] = try StoredEvidence(&row, id: ids[place])
            } else {
                row.skip(StoredEvidence.columnCount)
            }
            try found[place]?.add(&row)
        }
        return found.compactMap(\.self)
    }
}

extension StoredEvidence {
    /// How many columns of ``ReadEvidence/fields`` are the entry's.
    static let columnCount = 12
    /// How many of an attempt follow its id.
    private static let attemptColumnCount = 10

    /// The entry's own part of a row of ``ReadEvidence``.
    init(_ row: inout Row, id: EntryID) throws(PostgresError) {
        self.init(
            id: id, revision: try row.int32(), status: try row.value(), deliveryState: try row.value(),
            account: try row.text(), owedCycles: CycleSet(rawValue: try row.int64()),
            evidence: EntryEvidence(
                scheduledAt: try row.optionalTimestamptz().map { Timestamp(microseconds: $0) },
                scheduled: try row.bool(), cancelled: try row.bool(), expired: try row.bool(),
                suppressed: try row.bool(), cycle: try row.int32(), sendsReceipts: try row.bool(), attempts: []))
    }

    /// Adds the attempt and the receipt of a row, if there are any.
    mutating func add(_ row: inout Row) throws(PostgresError) {
        guard let id = try row.optionalUUID().map(AttemptID.init(rawValue:)) else { return row.skipRest() }
        let place = evidence.attempts.firstIndex { $0.id == id } ?? evidence.attempts.count
        if place == evidence.attempts.count {
            evidence.attempts.append(
                AttemptEvidence(
                    id: id, cycle: try row.int32(), number: try row.int32(), state: try row.value(),
                    counts: try row.bool(), providerFailed: try row.bool(), providerCode: try row.optionalText(),
                    dispatchedAt: try row.optionalTimestamptz().map { Timestamp(microseconds: $0) },
                    settledAt: try row.optionalTimestamptz().map { Timestamp(microseconds: $0) },
                    deadlinePassed: try row.optionalTimestamptz() != nil,
                    unclearDeadlinePassed: try row.optionalTimestamptz() != nil, receipts: []))
        } else {
            row.skip(Self.attemptColumnCount)
        }
        guard let key = try row.optionalUUID() else { return row.skipRest() }
        evidence.attempts[place].receipts.append(
            ReceiptEvidence(
                key: ReceiptKey(rawValue: key), status: try row.text(), result: try row.text(),
                reportedTime: try row.text(), receivedAt: Timestamp(microseconds: try row.timestamptz())))
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
