import Domain

/// What a provider's reply to a send means.
public struct SendResult: Hashable, Sendable {
    /// The class of the outcome.
    public var outcome: SendOutcome
    /// The provider's code in canonical decimal; nil where none could be read.
    public var code: String?
    /// The provider's words, or ours where it had no code: one line, at most ``ReplyLimits/wordsBytesMax``, no keys of
    /// ours, and nothing as long as a phone number. Never to be branched on.
    public var answer: String?

    /// A result with these fields.
    public init(outcome: SendOutcome, code: String? = nil, answer: String? = nil) {
        self.outcome = outcome
        self.code = code
        self.answer = answer
    }
}
