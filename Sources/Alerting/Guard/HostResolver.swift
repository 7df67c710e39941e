import Runtime

/// Finds the addresses of a name.
public protocol HostResolver: Sendable {
    /// The addresses of both families, the preferred ones first. Returns when nothing of the question is under way any
    /// more, however long that takes: whoever asked stands for it.
    func addresses(of name: String) async throws -> [IPAddress]
}
