import Runtime

/// Finds the addresses of a name.
public protocol HostResolver: Sendable {
    /// The addresses of both families, the preferred ones first.
    func addresses(of name: String) async throws -> [IPAddress]
}
