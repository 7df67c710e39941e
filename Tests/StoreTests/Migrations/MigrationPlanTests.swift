import Store
import Testing

private typealias Recorded = RecordedMigrations.Migration

struct MigrationPlanTests {
    private static let sources = [
        numbered(1, "ops"), numbered(2, "inbox"), numbered(3, "queue"), repeatable("monitor/a.sql"),
        repeatable("monitor/b.sql"), repeatable("roles.sql"),
    ]
    private static let allRepeatables = [
        "monitor/a.sql": "sum-monitor/a.sql", "monitor/b.sql": "sum-monitor/b.sql", "roles.sql": "sum-roles.sql",
    ]

    private static func recorded(
        _ migrations: [(Int32, String, String?)], _ repeatables: [String: String] = allRepeatables
    ) -> RecordedMigrations {
        RecordedMigrations(
            migrations: migrations.map { Recorded(number: $0.0, name: $0.1, checksum: $0.2) }, repeatables: repeatables)
    }

    /// The steps in short: `+` applies, `=` adopts.
    private static func steps(_ recorded: RecordedMigrations) throws -> [String] {
        try planMigrations(MigrationFolder(sources), recorded: recorded).map { step in
            switch step {
            case .apply, .applyRepeatable: "+\(step.path)"
            case .adopt: "=\(step.path)"
            }
        }
    }

    @Test(arguments: [
        (
            recorded([], [:]),
            ["+0001_ops.sql", "+0002_inbox.sql", "+0003_queue.sql", "+monitor/a.sql", "+monitor/b.sql", "+roles.sql"]
        ),
        (recorded([(1, "ops", "sum-1"), (2, "inbox", "sum-2"), (3, "queue", "sum-3")]), []),
        (
            recorded([(1, "ops", nil), (2, "inbox", "sum-2"), (3, "queue", nil)]),
            ["=0001_ops.sql", "=0003_queue.sql"]
        ),
        // A new number takes roles.sql along, unchanged as it is.
        (recorded([(1, "ops", "sum-1"), (2, "inbox", "sum-2")]), ["+0003_queue.sql", "+roles.sql"]),
        (recorded([(1, "ops", nil)]), ["=0001_ops.sql", "+0002_inbox.sql", "+0003_queue.sql", "+roles.sql"]),
        (
            recorded(
                [(1, "ops", "sum-1"), (2, "inbox", "sum-2"), (3, "queue", "sum-3")],
                ["monitor/a.sql": "old", "roles.sql": "sum-roles.sql", "monitor/gone.sql": "x"]),
            ["+monitor/a.sql", "+monitor/b.sql"]
        ),
    ])
    func `the plan is what is missing, in order`(recorded: RecordedMigrations, expected: [String]) throws {
        #expect(try Self.steps(recorded) == expected)
    }

    @Test(arguments: [
        (
            recorded([(1, "ops", "sum-1"), (2, "inbox", "other"), (3, "queue", "sum-3")]),
            MigrationProblem.fileChanged(path: "0002_inbox.sql")
        ),
        (
            recorded([(1, "ops", "sum-1"), (2, "inbox", "sum-2"), (3, "queue", "sum-3"), (4, "outbox", "sum-4")]),
            .fileMissing(number: 4, name: "outbox")
        ),
        (
            recorded([(1, "ops", "sum-1"), (3, "queue", "sum-3")]),
            .skipped(path: "0002_inbox.sql", later: 3)
        ),
        (recorded([(1, "events", nil)]), .otherName(path: "0001_ops.sql", recorded: "events")),
        // What is missing is told first: with another version's files the rest is no surprise.
        (
            recorded([(1, "ops", "other"), (5, "five", nil), (4, "four", nil)]),
            .fileMissing(number: 4, name: "four")
        ),
    ])
    func `a database that contradicts the folder is refused`(recorded: RecordedMigrations, problem: MigrationProblem) {
        #expect(throws: problem) { try Self.steps(recorded) }
    }

    @Test func `after each step the rest of the plan is the plan`() throws {
        let folder = try MigrationFolder(Self.sources)
        var recorded = Self.recorded([(1, "ops", nil)], Self.allRepeatables)
        var steps = try planMigrations(folder, recorded: recorded)
        while let step = steps.first {
            switch step {
            case .apply(let file):
                recorded.migrations.append(Recorded(number: file.number, name: file.name, checksum: file.checksum))
                recorded.repeatables["roles.sql"] = nil
            case .adopt(let file):
                recorded.migrations = recorded.migrations.map {
                    $0.number == file.number ? Recorded(number: $0.number, name: $0.name, checksum: file.checksum) : $0
                }
            case .applyRepeatable(let file): recorded.repeatables[file.path] = file.checksum
            }
            let rest = try planMigrations(folder, recorded: recorded)
            #expect(rest == Array(steps.dropFirst()))
            steps = rest
        }
    }
}
