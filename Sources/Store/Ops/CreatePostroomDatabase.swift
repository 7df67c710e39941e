import PostgresClient

/// Makes the database `postroom`.
package struct CreatePostroomDatabase: Statement {
    /// Its name.
    package static let databaseName = "postroom"
    package static let sql = "CREATE DATABASE postroom"

    package init() {}
}
