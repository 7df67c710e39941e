/// One SQL statement: its text, its parameters and what its rows become, on one screen.
///
/// Sent with the extended protocol and all values in binary; unless it asks for more, as an unnamed prepared statement.
/// Then nothing stays in the session, so it is safe behind PgBouncer in transaction mode, and the planner sees the
/// values and the present sizes of the tables. What its members are is said here, once; a statement's own say more only
/// where there is more to say.
public protocol Statement: Sendable {
    /// What the rows become.
    associatedtype Output
    /// The name errors and metrics show. Defaults to the type's name.
    static var name: String { get }
    /// The text, with `$n` for parameters.
    static var sql: String { get }
    /// Whether it changes anything; decides what a lost connection means. Defaults to ``StatementAccess/writes``.
    static var access: StatementAccess { get }
    /// Whether it is parsed once per connection, and planned once or a few times, where that is possible: behind a
    /// pooler that loses prepared statements it is sent like the others. Only for a statement whose best plan does not
    /// depend on the size of a table, run by roles that never read a table whole (`sql/roles.sql`). Defaults to false.
    static var isPrepared: Bool { get }
    /// Adds the values of `$1`, `$2` … in order.
    func bind(_ parameters: inout Parameters)
    /// Reads the result.
    func decode(_ rows: Rows) throws(PostgresError) -> Output
}

/// Whether a statement changes anything.
public enum StatementAccess: Sendable {
    /// Reads only: after a lost connection nothing has happened.
    case reads
    /// Writes: after a lost connection outside a transaction the effect is unknown.
    case writes
}

extension Statement {
    /// The type's name.
    public static var name: String { String(describing: Self.self) }
    /// Writes, unless the statement says otherwise.
    public static var access: StatementAccess { .writes }
    /// Not, unless the statement says otherwise.
    public static var isPrepared: Bool { false }
    /// No parameters, unless the statement says otherwise.
    public func bind(_ parameters: inout Parameters) {}
}

extension Statement where Output == Void {
    /// Ignores rows.
    public func decode(_ rows: Rows) throws(PostgresError) {}
}
