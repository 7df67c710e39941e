import PostgresClient

/// Reads which rules of `monitor.health` operators are still to be told about.
public struct ReadHealthChanges: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = "SELECT h.name, h.ok \(HealthChange.changed)"

    /// Reads all of them.
    public init() {}

    /// The changes.
    public func decode(_ rows: Rows) throws(PostgresError) -> [HealthChange] {
        try rows.map { row throws(PostgresError) in HealthChange(rule: try row.text(0), isOK: try row.bool(1)) }
    }
}
