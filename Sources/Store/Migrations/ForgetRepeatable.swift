import PostgresClient

/// Forgets that a repeatable file was applied, so that it is applied again.
public struct ForgetRepeatable: Statement {
    /// The statement.
    public static let sql = """
        DELETE FROM ops.repeatable
        WHERE name = $1
        """
    let path: String

    /// Forgets this one.
    public init(path: String) { self.path = path }

    /// `$1` path.
    public func bind(_ parameters: inout Parameters) { parameters.append(path) }
}
