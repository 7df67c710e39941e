import ArgumentParser
import PostgresClient
import Runtime

/// `postroom migrate`: applies the files of `sql/` to the database named by `DATABASE_URL`.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database that DATABASE_URL names to this version.",
        discussion: """
            Connect as the owner of the database. Numbered files run in order, each in a transaction of its own; then \
            monitor/*.sql and roles.sql where they have changed. Several may run at once. What psql had applied is \
            adopted.
            """)

    @Option(
        name: .customLong("sql-dir"),
        help: "The sql folder. Defaults to \(SQLFolder.variable), else the one that came with this executable.")
    var folder: String?

    @Flag(name: .customLong("dry-run"), help: "Print what would be done, and change nothing.")
    var isDryRun = false

    func run() async throws {
        let environment = processEnvironment()
        let reader = SettingsReader(environment: environment)
        let url = reader.secret(.databaseURL)
        try reader.finish()
        let folder = try SQLFolder.find(option: folder, environment: environment)
        let migrator = Migrator(
            ConnectionConfiguration(connectionString: url.revealed, applicationName: "postroom migrate"),
            folder: try folder.read())
        Terminal.print(
            "\(migrator.folder.migrations.count) numbered and \(migrator.folder.repeatables.count) repeatable files "
                + "in \(folder.path)")
        if isDryRun {
            let steps = try await migrator.plan()
            for step in steps { Terminal.print(step.planLine) }
            Terminal.print(steps.isEmpty ? "Nothing to do." : "Nothing was changed: this was a dry run.")
        } else {
            let start = ContinuousClock.now
            let done = try await migrator.run { Terminal.print($0.description) }
            let time = start.duration(to: .now).inMilliseconds
            Terminal.print(done.isEmpty ? "Nothing to do." : "Done: \(summary(of: done)) in \(time).")
        }
    }
}
