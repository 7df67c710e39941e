import PostgresClient
import Synchronization
import Testing

/// monitor.conservation summed up, and its largest differences. As the role that may read the views and nothing else.
struct Conservation: Equatable, Sendable {
    var accepted: Int64
    var waiting: Int64
    var processed: Int64
    var dead: Int64
    var discarded: Int64
    /// Of any row, without sign: 0.
    var difference: Int64
    /// Dead by the tallies against dead as counted, of any row, without sign: 0.
    var differenceDead: Int64

    /// Reads it.
    struct Read: Statement {
        static let access = StatementAccess.reads
        static let sql = """
            SELECT coalesce(sum(accepted), 0)::bigint, coalesce(sum(waiting), 0)::bigint,
                   coalesce(sum(processed), 0)::bigint, coalesce(sum(dead), 0)::bigint,
                   coalesce(sum(discarded), 0)::bigint, coalesce(max(abs(difference)), 0)::bigint,
                   coalesce(max(abs(difference_dead)), 0)::bigint
            FROM monitor.conservation
            """

        func decode(_ rows: Rows) throws(PostgresError) -> Conservation {
            try rows.single { row throws(PostgresError) in
                Conservation(
                    accepted: try row.int64(), waiting: try row.int64(), processed: try row.int64(),
                    dead: try row.int64(), discarded: try row.int64(), difference: try row.int64(),
                    differenceDead: try row.int64())
            }
        }
    }
}

/// A connection for looking on, under one role.
struct Watch: Sendable {
    private let pool: ConnectionPool

    init(_ url: String) {
        pool = ConnectionPool(
            ConnectionConfiguration(connectionString: url, applicationName: "end-to-end tests"), capacity: 1)
    }

    func run<S: Statement>(_ statement: S) async throws -> S.Output where S.Output: Sendable {
        try await pool.run(statement, timeout: .seconds(30))
    }

    /// What the view says now.
    func conservation() async throws -> Conservation { try await run(Conservation.Read()) }

    func close() async { await pool.close() }
}

/// Looks at the view again and again while the body runs; every row of every look must balance.
func whileConserved<Value>(_ url: String, _ body: () async throws -> Value) async throws -> Value {
    let watch = Watch(url)
    let looks = Atomic(0)
    let value = try await alongside {
        while !Task.isCancelled {
            // A look that is not answered in time, on a busy machine, is no look.
            if let now = try? await watch.conservation() {
                #expect(now.difference == 0 && now.differenceDead == 0, "\(now)")
                looks.add(1, ordering: .relaxed)
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
    } _: {
        try await body()
    }
    #expect(looks.load(ordering: .relaxed) > 1)
    await watch.close()
    return value
}

/// Runs something beside the body and cancels it when the body ends, however that ends.
func alongside<Value>(
    _ other: @escaping @Sendable () async -> Void, _ body: () async throws -> Value
) async rethrows -> Value {
    let task = Task { await other() }
    do {
        let value = try await body()
        task.cancel()
        await task.value
        return value
    } catch {
        task.cancel()
        await task.value
        throw error
    }
}
