/// Why a command ends with code 1: one sentence on standard error.
struct CommandFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The sentence. No secrets.
    let description: String

    init(_ sentence: String) { description = sentence }
}
