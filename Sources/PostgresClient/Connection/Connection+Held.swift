extension Connection {
    /// The connection that is held, if it can be used; else another one, which is held from now on.
    ///
    /// For owners that keep one connection for as long as it lasts.
    ///
    /// - Parameter deadline: of opening another; asked for only then.
    /// - Throws: what ``open(_:deadline:)`` throws; nothing is held then.
    public static func usable(
        _ held: inout Connection?, _ configuration: ConnectionConfiguration, deadline: @autoclosure () -> Deadline
    ) throws(PostgresError) -> Connection {
        if let held, held.isUsable { return held }
        held = nil
        let opened = try open(configuration, deadline: deadline())
        held = opened
        return opened
    }
}
