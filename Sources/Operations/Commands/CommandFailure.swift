/// Why a command ends with code 1: one sentence on standard error.
public struct CommandFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The sentence. No secrets.
    public let description: String

    /// Carries a sentence.
    public init(_ sentence: String) { description = sentence }
}
