/// A five-character error code of the SQL standard as Postgres uses it (PostgreSQL manual, appendix A).
public struct SQLState: Hashable, Sendable {
    /// The code, such as `40P01`.
    public let code: String

    /// Wraps a code.
    public init(_ code: String) { self.code = code }

    /// The transaction could not be serialised; it was rolled back.
    public static let serializationFailure = SQLState("40001")
    /// `lock_timeout`, or NOWAIT on a held lock.
    public static let lockNotAvailable = SQLState("55P03")
    /// `statement_timeout` or a cancel request.
    public static let queryCanceled = SQLState("57014")
    /// A row with this key exists.
    public static let uniqueViolation = SQLState("23505")
    /// No prepared statement of this name.
    public static let invalidStatementName = SQLState("26000")
    /// A prepared statement of this name exists.
    public static let duplicatePreparedStatement = SQLState("42P05")
    /// Not supported: for a prepared statement, that its result has another type than when it was prepared.
    public static let featureNotSupported = SQLState("0A000")
    /// A write where only reading is allowed, such as on a standby.
    public static let readOnlyTransaction = SQLState("25006")

    /// The first two characters.
    public var codeClass: Substring { code.prefix(2) }

    /// What keeps a server from doing any such statement, until somebody mends it. The texts say what is to be mended.
    public enum Trouble: String, Sendable {
        /// A schema, table, column or function does not exist.
        case otherSchema = "the database is of another version: migrate it"
        /// The role may not do it.
        case missingRight = "this role may not do it: connect as the one that may"
        /// There is no room left on the server's disk.
        case fullDisk = "the server's disk is full"
    }

    /// What there is to be mended, where the code says that.
    public var trouble: Trouble? {
        switch code {
        case "3F000", "42P01", "42703", "42883": .otherSchema
        case "42501": .missingRight
        case "53100": .fullDisk
        default: nil
        }
    }

    /// A value in the data broke the statement (class 22: data exception, 23: integrity constraint, 54: a limit passed):
    /// the same rows fail again, other rows may not.
    public var blamesData: Bool { ["22", "23", "54"].contains(codeClass) }

    /// The same work may succeed later: rolled back by a conflict (40), connection trouble (08), resources (53),
    /// operator intervention (57), a held lock (55P03), or a standby not yet promoted (25006).
    public var isTransient: Bool {
        ["08", "40", "53", "57", "58"].contains(codeClass) || [.lockNotAvailable, .readOnlyTransaction].contains(self)
    }
}
