/// What `sql/` holds, in the order in which it is applied.
package struct MigrationFolder: Hashable, Sendable {
    /// Numbered files, by number: 1, 2, 3 …
    package let migrations: [MigrationFile]
    /// `monitor/*.sql` by name, then `roles.sql`.
    package let repeatables: [RepeatableFile]

    /// Sorts files out by their paths.
    ///
    /// At the top a file whose name begins with a digit is a migration and `roles.sql` a repeatable; below `monitor/`
    /// every `.sql` is a repeatable. Others are no part of this.
    /// - Throws: ``MigrationProblem`` of the first thing wrong: no file, a name, a double, a gap, a frame.
    package init(_ sources: [MigrationSource]) throws(MigrationProblem) {
        var migrations: [MigrationFile] = []
        var views: [RepeatableFile] = []
        var roles: [RepeatableFile] = []
        for source in sources.sorted(by: { $0.path < $1.path }) where source.path.hasSuffix(".sql") {
            let parts = source.path.split(separator: "/")
            if parts.count == 1, source.path.utf8.first.map({ (0x30...0x39).contains($0) }) == true {
                migrations.append(try Self.migration(source))
            } else if source.path == RepeatableFile.rolesPath {
                roles.append(try Self.repeatable(source))
            } else if parts.count == 2, parts[0] == "monitor" {
                views.append(try Self.repeatable(source))
            }
        }
        migrations.sort { ($0.number, $0.path) < ($1.number, $1.path) }
        try Self.checkNumbers(migrations)
        self.migrations = migrations
        repeatables = views + roles
    }

    private static func migration(_ source: MigrationSource) throws(MigrationProblem) -> MigrationFile {
        let digits = source.path.prefix { $0.isASCII && $0.isNumber }
        let rest = source.path.dropFirst(digits.count)
        let name = rest.dropFirst().dropLast(".sql".count)
        guard let number = Int32(digits), number > 0, digits.count >= 4, rest.hasPrefix("_"), !name.isEmpty else {
            throw .unreadableName(path: source.path)
        }
        let body = try ScriptFrame.strip(source.text, path: source.path, isRequired: true)
        return MigrationFile(
            number: number, name: String(name), path: source.path, checksum: source.checksum, body: body)
    }

    private static func repeatable(_ source: MigrationSource) throws(MigrationProblem) -> RepeatableFile {
        let body = try ScriptFrame.strip(source.text, path: source.path, isRequired: false)
        return RepeatableFile(path: source.path, checksum: source.checksum, body: body)
    }

    private static func checkNumbers(_ sorted: [MigrationFile]) throws(MigrationProblem) {
        guard !sorted.isEmpty else { throw .noFiles }
        var previous: MigrationFile?
        for file in sorted {
            let expected = (previous?.number ?? 0) + 1
            if let previous, previous.number == file.number {
                throw .numberTwice(number: file.number, first: previous.path, second: file.path)
            }
            guard file.number == expected else { throw .numberMissing(number: expected, before: file.path) }
            previous = file
        }
    }
}
