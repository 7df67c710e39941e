import PostgresClient
import Store

/// What a migrator does inside one transaction.
struct MigrationWork: Sendable {
    let folder: MigrationFolder
    let lockTimeout: Duration

    /// Takes the migrators' lock, waiting for another migrator as long as the deadline lets it.
    func lock(_ connection: Connection, _ deadline: Deadline, onWait: () -> Void) throws {
        if try !connection.run(TryLockMigrations(), deadline: deadline) {
            onWait()
            // Only migrators queue behind this wait, so it may be long, whatever the role's own limits are.
            try connection.run(LimitMigration(lockTimeout: .zero), deadline: deadline)
            try connection.run(LockMigrations(), deadline: deadline)
        }
        try connection.run(LimitMigration(lockTimeout: lockTimeout), deadline: deadline)
    }

    /// Does the first step that is still to be done, with its record; nil where there is none. Needs the lock.
    func doNext(
        _ connection: Connection, _ deadline: Deadline, started: (String) -> Void
    ) throws -> MigrationStep? {
        let steps = try planMigrations(folder, recorded: recordedMigrations(connection, deadline))
        guard let step = steps.first else { return nil }
        started(step.path)
        switch step {
        case .apply(let file):
            try connection.runScript(file.body, named: file.path, deadline: deadline)
            guard try connection.run(RecordChecksum(file), deadline: deadline) else {
                throw MigrationProblem.notRecorded(path: file.path)
            }
            // What was made anew has no grants yet: see planMigrations.
            try connection.run(ForgetRepeatable(path: RepeatableFile.rolesPath), deadline: deadline)
        case .adopt(let file):
            guard try connection.run(RecordChecksum(file), deadline: deadline) else {
                throw MigrationProblem.notRecorded(path: file.path)
            }
        case .applyRepeatable(let file):
            try connection.runScript(file.body, named: file.path, deadline: deadline)
            try connection.run(RecordRepeatable(file), deadline: deadline)
        }
        return step
    }
}

/// What the database knows of its files; nothing where it was never migrated.
func recordedMigrations(_ connection: Connection, _ deadline: Deadline) throws -> RecordedMigrations {
    guard try connection.run(FindMigrationTable(), deadline: deadline) else {
        // Asked of a new database only: one that is in use goes on as it is.
        let encoding = try connection.run(ReadEncoding(), deadline: deadline)
        guard encoding == "UTF8" else { throw MigrationProblem.wrongEncoding(encoding) }
        return RecordedMigrations()
    }
    return RecordedMigrations(
        migrations: try connection.run(ReadMigrations(), deadline: deadline),
        repeatables: try connection.run(ReadRepeatables(), deadline: deadline))
}
