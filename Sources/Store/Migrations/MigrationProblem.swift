/// Why the files of `sql/` do not fit each other or the database. Nothing was changed; each text says what to do.
package enum MigrationProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no numbered file.
    case noFiles
    /// A numbered file is not called `NNNN_name.sql`.
    case unreadableName(path: String)
    /// Two files have one number.
    case numberTwice(number: Int32, first: String, second: String)
    /// The numbers have a gap.
    case numberMissing(number: Int32, before: String)
    /// A file is not framed by `BEGIN;` and `COMMIT;`.
    case frameMissing(path: String)
    /// A file has a line in its middle that begins or ends a transaction.
    case frameBroken(path: String, line: Int)
    /// The database has a number that the folder lacks.
    case fileMissing(number: Int32, name: String)
    /// The database has another checksum of this number.
    case fileChanged(path: String)
    /// The database has another name of this number.
    case otherName(path: String, recorded: String)
    /// The database has a later number and not this one.
    case skipped(path: String, later: Int32)
    /// The database is new and cannot hold every text.
    case wrongEncoding(String)
    /// A file has run without inserting its number; it was rolled back.
    case notRecorded(path: String)

    /// A sentence, and what to do.
    package var description: String {
        switch self {
        case .noFiles:
            "There is no numbered file (such as 0001_ops.sql) in the sql folder."
        case .unreadableName(let path):
            "\(path): a numbered file is called NNNN_name.sql, with at least four digits from 0001. Rename it."
        case .numberTwice(let number, let first, let second):
            "\(first) and \(second) both have number \(number). Give the later one the next free number."
        case .numberMissing(let number, let before):
            "Number \(number) is missing before \(before): numbers run from 1 without gaps."
        case .frameMissing(let path):
            """
            \(path): the first line but comments must be BEGIN; and the last one COMMIT;, each in the first column, so \
            that psql, too, applies it whole or not at all.
            """
        case .frameBroken(let path, let line):
            "\(path), line \(line): nothing between BEGIN; and COMMIT; may begin or end a transaction."
        case .fileMissing(let number, let name):
            """
            The database has migration \(number) (\(name)), which is not in the sql folder. \
            Was it migrated by a newer version of Postroom? Migrate with that version's files.
            """
        case .fileChanged(let path):
            """
            \(path) was changed after it had been applied: its checksum is not the one in ops.migration. \
            Restore the file as it was released, and put the change into a new one.
            """
        case .otherName(let path, let recorded):
            "\(path): the database knows this number as \(recorded). Is this another project's database, or a renamed file?"
        case .skipped(let path, let later):
            """
            \(path) has not been applied, but number \(later) has. Migrations run in order: \
            apply it by psql if it still fits, or give it the next free number.
            """
        case .wrongEncoding(let encoding):
            """
            The database has encoding \(encoding), which does not hold every message. \
            Make it anew: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'.
            """
        case .notRecorded(let path):
            """
            \(path) did not insert its own number and name into ops.migration, so it was rolled back. \
            Let it begin with INSERT INTO ops.migration (number, name) VALUES (…).
            """
        }
    }
}
