import PostgresClient

/// A session that is kept: its transaction lasts, with its locks, until it is told otherwise. On a thread of its own.
package actor Session {
    /// A time no statement of these tests comes near.
    private static let limit = Duration.seconds(60)

    private let executor = ThreadExecutor()
    /// The session's own thread.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let configuration: ConnectionConfiguration
    private var connection: Connection?

    /// Connects when first used.
    package init(_ url: String) { configuration = ConnectionConfiguration(connectionString: url) }

    /// Runs SQL without rows, such as `BEGIN`.
    package func script(_ sql: String) throws(PostgresError) {
        try opened().runScript(sql, named: "script", deadline: .in(Self.limit))
    }

    /// Runs a statement.
    package func run<S: Statement>(_ statement: S) throws(PostgresError) -> S.Output where S.Output: Sendable {
        try opened().run(statement, deadline: .in(Self.limit))
    }

    /// Does what takes several statements, in the transaction that was begun.
    package func perform<Value: Sendable>(
        _ body: @Sendable (Connection, Deadline) throws -> Value
    ) throws -> Value {
        try body(opened(), .in(Self.limit))
    }

    /// Ends the session, and its transaction with it.
    package func close() {
        connection?.close()
        connection = nil
    }

    private func opened() throws(PostgresError) -> Connection {
        if let connection { return connection }
        let opened = try Connection.open(configuration, deadline: .in(Self.limit))
        connection = opened
        return opened
    }
}
