import PostgresClient

/// Reads which rules of `monitor.health` operators are still to be told about.
package struct ReadHealthChanges: Statement {
    package static let access = StatementAccess.reads
    package static let sql = "SELECT h.name, h.ok \(HealthChange.changed)"

    /// Reads all of them.
    package init() {}

    /// The changes.
    package func decode(_ rows: Rows) throws(PostgresError) -> [HealthChange] {
        try rows.map { row throws(PostgresError) in HealthChange(rule: try row.text(), isOK: try row.bool()) }
    }
}
