import Foundation

/// A database of one test's own, on the server that `deploy/test` has started.
package struct TestDatabase: Sendable {
    /// Databases at once; each test's connections come on top of one another on the one server.
    static let databasesMax = 6

    /// Its name: of the test process and a number, so that processes can share a server.
    package let name: String
    private let serverURL: String

    /// Where to connect, in libpq's keyword form.
    ///
    /// - Parameter user: the role, for example `postroom_ingress`; no password is needed.
    package func url(user: String = "postgres") -> String {
        // libpq takes the last of a keyword given twice.
        "\(serverURL) dbname=\(name) user=\(user)"
    }

    /// Where the superuser connects.
    package var url: String { url() }

    /// Runs SQL as the superuser through `psql`, to prepare a case or to read back what became of it.
    ///
    /// - Returns: the rows, columns separated by `|`, NULL as the empty string.
    @discardableResult
    package func sql(_ text: String, user: String = "postgres") async throws -> [String] {
        try await Psql.run(url(user: user), ["-c", text])
    }

    /// The plan by which a role would run a statement with these values: a line a node, without costs. Runs nothing.
    ///
    /// - Parameters:
    ///   - sql: the statement, with `$n` for its parameters.
    ///   - types: of its parameters, as those the program sends, separated by commas.
    ///   - values: of its parameters, in the form of SQL, separated by commas.
    ///   - user: the role, for example `postroom_ingress`; its settings hold, and so do its rights.
    package func plan(of sql: String, _ types: String, _ values: String, as user: String) async throws -> String {
        try await self.sql(
            "PREPARE planned (\(types)) AS \(sql); EXPLAIN (COSTS OFF) EXECUTE planned (\(values));", user: user
        ).joined(separator: "\n")
    }

    /// Makes one: migrated (a copy of the template), or empty.
    ///
    /// Prefer ``withTestDatabase(migrated:_:)``, which drops it in any case.
    package static func create(migrated: Bool = true) async throws -> TestDatabase {
        let server = try TestEnvironment.serverURL()
        let template = migrated ? try await Template.shared.name(server: server) : "template0"
        let database = TestDatabase(name: uniqueName("test"), serverURL: server)
        try await run(server, "CREATE DATABASE \(database.name) TEMPLATE \(template)")
        return database
    }

    /// Drops it, with every connection that is still open.
    package func drop() async throws {
        try await Self.run(serverURL, "DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }

    private static func run(_ server: String, _ statement: String) async throws {
        // Detached: a test that is out of time still gets its database dropped.
        _ = try await Task.detached { try await Psql.run(server, ["-c", statement]) }.value
    }

    fileprivate static func uniqueName(_ kind: String) -> String {
        "postroom_\(kind)_\(ProcessInfo.processInfo.processIdentifier)_\(UInt32.random(in: 0...UInt32.max))"
    }

    /// The migrated database that the others are copied from; made once a process, at its first use.
    private actor Template {
        static let shared = Template()
        private var making: Task<String, any Error>?

        func name(server: String) async throws -> String {
            if let making { return try await making.value }
            let task = Task {
                let template = TestDatabase(name: TestDatabase.uniqueName("template"), serverURL: server)
                try await TestDatabase.run(server, "CREATE DATABASE \(template.name) TEMPLATE template0")
                try await migrateTemplate(url: template.url)
                return template.name
            }
            making = task
            return try await task.value
        }
    }
}

private let slots = Slots(TestDatabase.databasesMax)

/// Runs a test with a database of its own and drops it afterwards, also when the test fails.
///
/// At most ``TestDatabase/databasesMax`` run at once; others wait.
package func withTestDatabase<Result>(
    migrated: Bool = true, _ body: (TestDatabase) async throws -> Result
) async throws -> Result {
    await slots.take()
    do {
        let database = try await TestDatabase.create(migrated: migrated)
        let result: Result
        do { result = try await body(database) } catch {
            try? await database.drop()
            throw error
        }
        try await database.drop()
        await slots.giveBack()
        return result
    } catch {
        await slots.giveBack()
        throw error
    }
}
