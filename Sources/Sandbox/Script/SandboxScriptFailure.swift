/// Why a script cannot be followed: a sentence for each problem, all at once.
public struct SandboxScriptFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// At least one.
    public let problems: [String]

    /// The sentences, one a line.
    public var description: String { problems.joined(separator: "\n") }
}
