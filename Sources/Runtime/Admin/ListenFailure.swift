/// An address that could not be listened on: taken, unknown, or not allowed.
public struct ListenFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The address that was wanted.
    public let address: ListenAddress
    /// What the system said.
    public let reason: String

    /// Makes the error.
    public init(address: ListenAddress, reason: String) {
        self.address = address
        self.reason = reason
    }

    /// One sentence.
    public var description: String { "cannot listen on \(address): \(reason)" }
}
