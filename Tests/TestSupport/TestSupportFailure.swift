/// What keeps a test from running, or a wait from ending, in a sentence.
package struct TestSupportFailure: Error, Equatable, CustomStringConvertible {
    /// The sentence.
    package let description: String

    /// Carries the sentence.
    package init(_ description: String) { self.description = description }
}
