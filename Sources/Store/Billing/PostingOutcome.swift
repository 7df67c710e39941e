import PostgresClient

/// What became of a posting with a reference: a top-up, or an adjustment.
package enum PostingOutcome: Sendable, Equatable {
    /// It was posted; the ledger's row.
    case posted(LedgerRow)
    /// One of the same kind and amount has this reference: it was posted before, and is not posted again.
    case postedBefore(LedgerRow)
    /// Something else has this reference: nothing was posted.
    case referenceTaken(LedgerRow)
    /// There is no such account.
    case unknownAccount

    /// Reads what ``PostTopUp`` brings.
    init(_ rows: Rows) throws(PostgresError) {
        guard rows.count > 0 else {
            self = .unknownAccount
            return
        }
        self = try rows.single { row throws(PostgresError) in
            let posting = try LedgerRow(&row)
            let (isNew, isSame) = (try row.bool(), try row.bool())
            if isNew { return .posted(posting) }
            return isSame ? .postedBefore(posting) : .referenceTaken(posting)
        }
    }
}
