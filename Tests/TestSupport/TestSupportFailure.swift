/// What keeps a test from running, or a wait from ending, in a sentence.
public struct TestSupportFailure: Error, Equatable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    /// Carries the sentence.
    public init(_ description: String) { self.description = description }
}
