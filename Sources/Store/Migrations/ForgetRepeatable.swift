import PostgresClient

/// Forgets that a repeatable file was applied, so that it is applied again.
package struct ForgetRepeatable: Statement {
    package static let sql = """
        DELETE FROM ops.repeatable
        WHERE name = $1
        """
    let path: String

    /// Forgets this one.
    package init(path: String) { self.path = path }

    /// `$1` path.
    package func bind(_ parameters: inout Parameters) { parameters.append(path) }
}
