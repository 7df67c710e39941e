import PostgresClient

/// Whether a provider is paused: by its last event.
public struct ReadProviderPause: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// The statement.
    public static let sql = """
        SELECT p.kind = 'paused' FROM ops.provider_event AS p WHERE p.provider = $1 ORDER BY p.seq DESC LIMIT 1
        """
    let provider: String

    /// Asks for this one.
    public init(_ provider: String) { self.provider = provider }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) { parameters.append(provider) }

    /// Whether it is paused.
    public func decode(_ rows: Rows) throws(PostgresError) -> Bool { rows.count == 0 ? false : try rows[0].bool(0) }
}
