import PostgresClient

/// Makes the database `postroom`.
public struct CreatePostroomDatabase: Statement {
    /// Its name.
    public static let databaseName = "postroom"
    /// The statement.
    public static let sql = "CREATE DATABASE postroom"

    /// Makes it.
    public init() {}
}
