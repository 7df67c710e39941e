import PostgresClient
import Synchronization
import TestSupport

/// A time no statement of these tests comes near, unless the test is about it.
let longTime = Duration.seconds(30)

extension Deadline {
    /// ``longTime`` from now.
    static var far: Deadline { .in(longTime) }
}

/// Runs the body with a connection to a database of its own, on a thread of its own.
@discardableResult
func withConnection<Value: Sendable>(_ body: @Sendable (Connection) throws -> Value) async throws -> Value {
    try await withTestDatabase(migrated: false) { database in
        let configuration = ConnectionConfiguration(connectionString: database.url)
        return try await OwnThread().run {
            let connection = try Connection.open(configuration, deadline: .far)
            defer { connection.close() }
            return try body(connection)
        }
    }
}

/// Runs the body with what is needed to connect to a database of its own.
func withDatabase<Value: Sendable>(
    _ body: @Sendable (ConnectionConfiguration, TestDatabase) async throws -> Value
) async throws -> Value {
    try await withTestDatabase(migrated: false) { database in
        try await body(ConnectionConfiguration(connectionString: database.url), database)
    }
}

/// What the body throws as ``PostgresError``; nil where it throws nothing.
func failure(_ body: () throws -> some Any) throws -> PostgresError? {
    do {
        _ = try body()
        return nil
    } catch let error as PostgresError {
        return error
    }
}

/// What the body throws as ``PostgresError``; nil where it throws nothing.
func failure(_ body: () async throws -> some Any) async throws -> PostgresError? {
    do {
        _ = try await body()
        return nil
    } catch let error as PostgresError {
        return error
    }
}

/// A value that several threads may look at and change.
final class Shared<Value: Sendable>: Sendable {
    private let stored: Mutex<Value>
    init(_ value: Value) { stored = Mutex(value) }
    func change<Result: Sendable>(_ body: (inout sending Value) -> sending Result) -> Result { stored.withLock(body) }
    var value: Value { stored.withLock { $0 } }
}
