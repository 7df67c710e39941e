/// One place of a pool: a thread, and a connection that is opened when first needed and anew after it broke.
actor ConnectionSlot {
    private let executor = ThreadExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private var held: HeldConnection

    init(_ configuration: ConnectionConfiguration) { held = HeldConnection(configuration) }

    /// Runs the body on the slot's thread; a cancelled task cancels the statement that runs.
    func perform<Value: Sendable>(
        deadline: Deadline, cancellation: CancellationRelay, _ body: @Sendable (Connection) throws -> Value
    ) throws -> Value {
        let connection = try held.usable(deadline: deadline)
        try cancellation.arm(connection.canceller)
        // The next borrower must get neither a late cancel nor an open transaction, and a broken connection ends now.
        defer { if cancellation.disarm() || !connection.isUsable || connection.isInTransaction { held.close() } }
        return try body(connection)
    }

    func close() { held.close() }
}
