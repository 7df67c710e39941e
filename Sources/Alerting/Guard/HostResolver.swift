import Runtime

/// Finds the addresses of a name.
protocol HostResolver: Sendable {
    /// The addresses of both families, the preferred ones first. Returns when nothing of the query is under way any
    /// more, however long that takes: until then it counts as its caller's.
    func addresses(of name: String) async throws -> [IPAddress]
}
