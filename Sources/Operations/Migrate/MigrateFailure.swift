import PostgresClient
import Store

/// Why a migration ended early. What was committed before stays, and the next run goes on behind it.
public enum MigrateFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The files do not fit the database.
    case problem(MigrationProblem)
    /// Postgres refused something, or could not be reached; the path of the file it happened in, if in one.
    case database(PostgresError, path: String?)
    /// A lock that the file needs was held through every try.
    case lockHeld(path: String, tries: Int)

    /// A sentence, and what to do. No row values.
    public var description: String {
        switch self {
        case .problem(let problem): problem.description
        case .database(let error, nil): error.operatorSentence
        case .database(let error, let path?):
            if let line = error.scriptLine {
                "\(path), line \(line): \(error.operatorSentence) The file was rolled back."
            } else {
                "\(path): \(error.operatorSentence) The file was rolled back."
            }
        case .lockHeld(let path, let tries):
            """
            \(path): a lock it needs was held by another session through \(tries) tries, so it was rolled back. \
            Find the session in pg_stat_activity, let it finish, then migrate again.
            """
        }
    }
}
