import PostgresClient
import Store

/// Why a migration ended early. What was committed before stays, and the next run goes on after it.
package enum MigrateFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The files do not fit the database.
    case problem(MigrationProblem)
    /// Postgres refused something, or could not be reached; the path of the file it happened in, if in one.
    case database(PostgresError, path: String?)
    /// A lock that the file needs was held through every try.
    case lockHeld(path: String, tries: Int)

    /// A sentence, and what to do. No row values.
    package var description: String {
        switch self {
        case .problem(let problem): problem.description
        case .database(let error, nil): error.operatorSentence
        case .database(let error, let path?):
            "\(Self.place(path, error)): \(error.operatorSentence) \(Self.outcome(error))"
        case .lockHeld(let path, let tries):
            """
            \(path): a lock it needs was held by another session through \(tries) tries, so it was rolled back. \
            Find the session in pg_stat_activity, let it finish, then migrate again.
            """
        }
    }

    /// The file, with the line at which the server stopped.
    private static func place(_ path: String, _ error: PostgresError) -> String {
        error.scriptLine.map { "\(path), line \($0)" } ?? path
    }

    private static func outcome(_ error: PostgresError) -> String {
        switch error.effect {
        case .none: "The file was rolled back."
        case .unknown: "Whether the file was applied is not known: migrate again, which finds out."
        }
    }
}
