/// One thing the migrator does, in a transaction of its own.
package enum MigrationStep: Hashable, Sendable {
    /// Runs a numbered file and records its checksum.
    case apply(MigrationFile)
    /// Records the checksum of a numbered file that `psql` applied.
    case adopt(MigrationFile)
    /// Runs a repeatable file, anew or for the first time, and records its checksum.
    case applyRepeatable(RepeatableFile)

    /// The file's path below `sql/`.
    package var path: String {
        switch self {
        case .apply(let file), .adopt(let file): file.path
        case .applyRepeatable(let file): file.path
        }
    }
}

/// What is to be done, in order, so that the database has what the folder has; empty where nothing is to be done.
///
/// `roles.sql` follows every newly applied number, changed or not: a table or function made anew has lost its grants,
/// and a function starts with EXECUTE for everybody.
/// - Throws: ``MigrationProblem`` where the two contradict each other; nothing may be done then.
package func planMigrations(
    _ folder: MigrationFolder, recorded: RecordedMigrations
) throws(MigrationProblem) -> [MigrationStep] {
    let rows = Dictionary(recorded.migrations.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    let known = Set(folder.migrations.map(\.number))
    if let missing = rows.values.filter({ !known.contains($0.number) }).min(by: { $0.number < $1.number }) {
        throw .fileMissing(number: missing.number, name: missing.name)
    }
    let latest = rows.keys.max() ?? 0
    var steps: [MigrationStep] = []
    var appliesNumber = false
    for file in folder.migrations {
        guard let row = rows[file.number] else {
            if file.number < latest { throw .skipped(path: file.path, later: latest) }
            steps.append(.apply(file))
            appliesNumber = true
            continue
        }
        guard row.name == file.name else { throw .otherName(path: file.path, recorded: row.name) }
        switch row.checksum {
        case file.checksum: continue
        case nil: steps.append(.adopt(file))
        default: throw .fileChanged(path: file.path)
        }
    }
    for file in folder.repeatables {
        let isDue = recorded.repeatables[file.path] != file.checksum
        if isDue || (appliesNumber && file.path == RepeatableFile.rolesPath) { steps.append(.applyRepeatable(file)) }
    }
    return steps
}
