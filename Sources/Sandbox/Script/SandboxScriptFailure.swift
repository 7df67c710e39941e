/// Why a script cannot be followed: a sentence for each problem, all at once.
package struct SandboxScriptFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// At least one.
    package let problems: [String]

    /// The sentences, one a line.
    package var description: String { problems.joined(separator: "\n") }
}
