import CoreMetrics
import Logging
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import Runtime

@Suite struct `The writer of reports` {
    /// The search for a report that Postgres refuses ends where the connection does: what it had not come to, and what had
    /// passed before, is written by the next try.
    @Test func `writes every one, also where the search for a bad one is cut short`() async throws {
        try await withTestDatabase(migrated: false) { database in
            let store = ScriptedStore(bad: 1, lostAt: 6)
            let writer = ReportWriter(
                store, database: ConnectionConfiguration(connectionString: database.url, applicationName: "test"),
                failures: Counter(label: "failures"), log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            writer.record(1...8)
            try await eventually("all are written") { store.written == Set(1...8) && writer.pendingCount == 0 }
            #expect(store.isLost)
        }
    }
}

/// Keeps numbers, one of which it refuses until it is written without its words; one try ends with the connection lost.
private final class ScriptedStore: ReportStore {
    private struct State {
        var tries = 0
        var isLost = false
        var written: Set<Int> = []
    }
    private let bad: Int
    private let lostAt: Int
    private let state = Mutex(State())

    init(bad: Int, lostAt: Int) {
        self.bad = bad
        self.lostAt = lostAt
    }

    /// By their absolute values.
    var written: Set<Int> { state.withLock { $0.written } }
    var isLost: Bool { state.withLock { $0.isLost } }

    func store(_ batch: [Int], lockWait: Duration?, on connection: Connection) throws {
        try state.withLock { state in
            state.tries += 1
            if state.tries == lostAt {
                state.isLost = true
                throw PostgresError(.connectionLost, statement: "test")
            }
            if batch.contains(bad) { throw PostgresError(.server(SQLState("23514")), statement: "test") }
            state.written.formUnion(batch.map(abs))
        }
    }

    /// A negative number is one without its words.
    func withoutWords(_ report: Int) -> Int? { report > 0 ? -report : nil }
}
