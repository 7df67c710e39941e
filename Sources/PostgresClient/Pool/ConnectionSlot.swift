/// One place of a pool: a thread, and a connection that is opened when first needed and anew after it broke; at the
/// pace of ``HeldConnection``, however many borrowers come, because every try costs Postgres a process.
actor ConnectionSlot {
    private let executor = ThreadExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private var held: HeldConnection
    /// Before then none is opened.
    var nextOpening: Deadline { held.nextOpening }

    init(_ configuration: ConnectionConfiguration) { held = HeldConnection(configuration) }

    /// Runs the body on the slot's thread; a cancelled task cancels the statement that runs.
    func perform<Value: Sendable>(
        deadline: Deadline, cancellation: CancellationRelay, _ body: @Sendable (Connection) throws -> Value
    ) throws -> Value {
        let connection = try connection(until: deadline)
        try cancellation.arm(connection.canceller)
        // The next borrower must get neither a late cancel nor an open transaction, and a broken connection ends now.
        defer { if cancellation.disarm() || !connection.isUsable || connection.isInTransaction { held.close() } }
        return try body(connection)
    }

    private func connection(until deadline: Deadline) throws(PostgresError) -> Connection {
        do throws(PostgresError) {
            let connection = try held.usable(patience: deadline, deadline: deadline)
            held.succeeded()
            return connection
        } catch {
            // Who had no time to wait for the next try did not make one, and does not put it off.
            if held.nextOpening.hasPassed { held.failed() }
            throw error
        }
    }

    func close() { held.close() }
}
