import Store
import Testing

struct MigrationFolderTests {
    @Test func `files are put in the order in which they are applied`() throws {
        let folder = try MigrationFolder([
            repeatable("roles.sql"), repeatable("monitor/queue.sql"), numbered(2, "b"),
            repeatable("monitor/0_schema.sql"),
            numbered(1, "a"),
        ])
        #expect(folder.migrations.map(\.path) == ["0001_a.sql", "0002_b.sql"])
        #expect(folder.migrations.map(\.number) == [1, 2])
        #expect(folder.migrations.map(\.name) == ["a", "b"])
        #expect(folder.repeatables.map(\.path) == ["monitor/0_schema.sql", "monitor/queue.sql", "roles.sql"])
    }

    @Test func `files that are no migrations are left alone`() throws {
        let folder = try MigrationFolder([
            numbered(1, "a"), repeatable("README.md"), repeatable("schema.sql"), repeatable("ops/what_waits.sql"),
            repeatable("monitor/old/queue.sql"),
        ])
        #expect(folder.migrations.count == 1)
        #expect(folder.repeatables.isEmpty)
    }

    @Test func `numbers go on behind 9999`() throws {
        let folder = try MigrationFolder((1...10_001).map { numbered($0, "x") })
        #expect(folder.migrations.last?.number == 10_001)
        #expect(folder.migrations.map(\.number) == Array(1...10_001))
    }

    @Test(arguments: [
        ([], MigrationProblem.noFiles),
        ([repeatable("roles.sql")], .noFiles),
        ([numbered(2, "b")], .numberMissing(number: 1, before: "0002_b.sql")),
        ([numbered(1, "a"), numbered(3, "c")], .numberMissing(number: 2, before: "0003_c.sql")),
        (
            [numbered(1, "a"), numbered(2, "b"), numbered(2, "c")],
            .numberTwice(number: 2, first: "0002_b.sql", second: "0002_c.sql")
        ),
        ([repeatable("1_a.sql")], .unreadableName(path: "1_a.sql")),
        ([repeatable("0000_a.sql")], .unreadableName(path: "0000_a.sql")),
        ([repeatable("0001a.sql")], .unreadableName(path: "0001a.sql")),
        ([repeatable("0001_.sql")], .unreadableName(path: "0001_.sql")),
        ([repeatable("99999999999_a.sql")], .unreadableName(path: "99999999999_a.sql")),
        ([repeatable("0001_a.sql")], .frameMissing(path: "0001_a.sql")),
    ])
    func `a folder that cannot be right is refused`(sources: [MigrationSource], problem: MigrationProblem) {
        #expect(throws: problem) { try MigrationFolder(sources) }
    }
}
