import PostgresClient
import Runtime
import Store

/// What commands with a little work in the database share: its address, a connection, and sentences for failures.
struct OperatorSession: Sendable {
    /// How long one piece of work may take.
    private static let timeout = Duration.seconds(30)
    /// Tries of work that meets other transactions, or whose commit is in doubt.
    private static let triesMax = 3

    private let pool: ConnectionPool

    /// Reads `DATABASE_URL`, and ends the reading; connects at the first piece of work, as this application.
    init(_ applicationName: String, reader: SettingsReader = .standard()) throws {
        let url = reader.secret(.databaseURL)
        try reader.finish()
        pool = ConnectionPool(
            ConnectionConfiguration(connectionString: url.revealed, applicationName: applicationName), capacity: 1)
    }

    /// Runs one statement.
    func run<S: Statement>(_ statement: S) async throws -> S.Output where S.Output: Sendable {
        try await perform { connection, deadline in try connection.run(statement, deadline: deadline) }
    }

    /// Runs several in one transaction, which is rolled back where the body throws.
    func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (Connection, Deadline) throws -> Value
    ) async throws -> Value {
        try await perform { connection, deadline in
            try connection.transaction(deadline: deadline) { try body($0, deadline) }
        }
    }

    /// Asks for the time zone that POSTROOM_NXTELE_TIMEZONE names, as the workers do: Postgres takes other texts for one,
    /// too, and means another by `UTC+8` than who wrote it.
    func require(timeZone name: String) async throws {
        guard try await run(CheckTimeZone(name)) else { throw CommandFailure("\(UnknownTimeZone(name: name))") }
    }

    /// Does a piece of work, again where another transaction stood in its way.
    ///
    /// - Parameters:
    ///   - isRepeatable: whether it may be repeated even if it may have been done already, because it then still
    ///     happens once.
    ///   - timeout: how long it may take.
    /// - Throws: a ``CommandFailure`` for what Postgres refused.
    func perform<Value: Sendable>(
        isRepeatable: Bool = false, timeout: Duration = Self.timeout,
        _ body: @escaping @Sendable (Connection, Deadline) throws -> Value
    ) async throws -> Value {
        do {
            return try await attempt(isRepeatable: isRepeatable, timeout: timeout, body)
        } catch let error as PostgresError {
            throw CommandFailure(Self.sentence(error))
        }
    }

    /// The same, for callers that do not end with every failure.
    ///
    /// - Throws: the ``PostgresError``, of which ``sentence(_:)`` tells.
    func attempt<Value: Sendable>(
        isRepeatable: Bool = false, timeout: Duration = Self.timeout,
        _ body: @escaping @Sendable (Connection, Deadline) throws -> Value
    ) async throws -> Value {
        var tries = 1
        while true {
            do {
                return try await pool.withConnection(timeout: timeout, body)
            } catch let error as PostgresError {
                let mayRepeat = error.effect == .unknown ? isRepeatable : error.isConflict
                guard mayRepeat, tries < Self.triesMax else { throw error }
                tries += 1
            }
        }
    }

    /// A failure for a person: what to do about it, and whether it may have been done all the same.
    static func sentence(_ error: PostgresError) -> String {
        var text = error.operatorSentence
        switch error.sqlState?.trouble {
        case .missingRight: text += " Connect as postroom_operator, or as the owner."
        case .otherSchema: text += " The database is of another version: run `postroom migrate`."
        case .fullDisk: text += " The disk of the server is full: make room there."
        case nil: break
        }
        if error.effect == .unknown { text += " It may have been done all the same: look before you do it again." }
        return text
    }
}
