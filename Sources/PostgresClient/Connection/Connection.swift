import CLibpq

/// One connection to Postgres on libpq, blocking, for one thread at a time.
///
/// Every wait has a deadline. A connection whose answer did not come in time is dropped, never reused: what would
/// arrive later belongs to another statement. Measurements chose blocking calls on a thread of the
/// connection's own over readiness callbacks: each hop between threads costs 10 µs, a round trip has two of them here
/// and four there. An actor gives it that thread with ``ThreadExecutor``; ``ConnectionPool`` does so for everyone else.
public final class Connection {
    /// nil once closed, which libpq's functions treat as a broken connection.
    private(set) var connection: OpaquePointer?
    /// What it knows of the statements that it has prepared.
    var preparations = Preparations()
    let notices: Notices
    /// Ends the running statement from another thread.
    public let canceller: Canceller

    init(_ connection: OpaquePointer) {
        self.connection = connection
        notices = Notices()
        canceller = Canceller(connection)
        notices.attach(to: connection)
    }

    deinit { PQfinish(connection) }

    /// Whether statements can be sent.
    public var isUsable: Bool { PQstatus(connection) == CONNECTION_OK }

    /// Whether a transaction is open, failed ones included. libpq reads it off every answer: however it was begun.
    public var isInTransaction: Bool {
        let status = PQtransactionStatus(connection)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE
    }

    /// Ends the connection; the server rolls an open transaction back.
    public func close() {
        guard let ended = connection else { return }
        connection = nil
        PQfinish(ended)
    }

    /// Ends the statement that may still run, and then the connection: PgBouncer identifies the statement by the
    /// connection. In the background, because the request to cancel is a blocking call.
    func closeCancelling() {
        guard let connection else { return }
        self.connection = nil
        // It may outlive this object, and with it what it reports to.
        Notices.detach(from: connection)
        let ended = EndedConnection(raw: connection)
        DetachedThread.start { [canceller] in
            canceller.cancel()
            PQfinish(ended.raw)
        }
    }

    /// A connection handed to the thread that ends it.
    private struct EndedConnection: @unchecked Sendable { let raw: OpaquePointer }

    /// Runs one statement, in the open transaction if there is one, else in one of its own.
    ///
    /// - Throws: ``PostgresError``. Within a transaction the effect is ``PostgresError/Effect/none``, because the
    ///   transaction cannot be committed any more; outside one it is unknown where the answer was lost.
    public func run<S: Statement>(_ statement: S, deadline: Deadline) throws(PostgresError) -> S.Output {
        var parameters = Parameters()
        statement.bind(&parameters)
        let step: Step = !isInTransaction && S.access == .writes ? .commitsItself : .plain
        let rows = try perform(S.self, parameters, step, deadline: deadline)
        if step.commits { try refuseStillOpen(S.name) }
        do throws(PostgresError) {
            return try statement.decode(rows)
        } catch {
            var failure = error
            failure.effect = step.commits ? .unknown : .none
            throw failure
        }
    }

    /// Runs text of one or more statements with the simple protocol, such as a migration. No parameters, no rows.
    ///
    /// Outside a transaction several statements are one implicit transaction, unless the text says otherwise.
    public func runScript(_ sql: String, named name: String, deadline: Deadline) throws(PostgresError) {
        let step: Step = isInTransaction ? .plain : .commitsItself
        _ = try perform(name, step, deadline: deadline) { PQsendQuery($0, sql) }
    }
}
