import Domain
import PostgresClient

/// The wait for an attempt's outcome, or for its receipt, that is over.
package struct PassedDeadline: Sendable, Equatable {
    /// The attempt.
    package var id: AttemptID
    /// The state it was found in.
    package var state: AttemptState
    /// Whether its outcome was waited for.
    package var isOfOutcome: Bool
    /// Whether its receipt was waited for, or need not be waited for any more.
    package var isOfReceipt: Bool

    package init(id: AttemptID, state: AttemptState, isOfOutcome: Bool, isOfReceipt: Bool) {
        self.id = id
        self.state = state
        self.isOfOutcome = isOfOutcome
        self.isOfReceipt = isOfReceipt
    }
}

/// Records on attempts that the time for their outcome or their receipt is over, with the question still open.
///
/// The state of the entries must be computed anew in the same transaction. Locks: the attempts, in the order given,
/// which must be ascending.
package struct PassDeadlines: Statement {
    package static let sql = """
        UPDATE outbox.attempt AS a
        SET deadline_passed_at = CASE WHEN given.of_receipt THEN coalesce(a.deadline_passed_at, now())
                                      ELSE a.deadline_passed_at END,
            unclear_deadline_passed_at = CASE WHEN given.of_outcome
                                              THEN coalesce(a.unclear_deadline_passed_at, now())
                                              ELSE a.unclear_deadline_passed_at END
        FROM unnest($1::uuid[], $2::text[], $3::boolean[], $4::boolean[])
            AS given (id, state, of_outcome, of_receipt)
        WHERE a.id = given.id
          AND a.state = given.state
        """
    let deadlines: [PassedDeadline]

    /// Records it on those of these that are still in that state.
    package init(_ deadlines: [PassedDeadline]) { self.deadlines = deadlines }

    package func bind(_ parameters: inout Parameters) {
        var state = ArrayParameter(.text)
        var isOfOutcome = ArrayParameter(.bool)
        var isOfReceipt = ArrayParameter(.bool)
        for deadline in deadlines {
            state.append(deadline.state.rawValue)
            isOfOutcome.append(deadline.isOfOutcome)
            isOfReceipt.append(deadline.isOfReceipt)
        }
        parameters.append(ArrayParameter(deadlines.map(\.id)))
        parameters.append(state)
        parameters.append(isOfOutcome)
        parameters.append(isOfReceipt)
    }
}
