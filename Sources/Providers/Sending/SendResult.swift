import Domain

/// What a provider's reply to a send means.
package struct SendResult: Hashable, Sendable {
    /// The class of the outcome.
    package var outcome: SendOutcome
    /// The provider's code in canonical decimal; nil where none could be read.
    package var code: String?
    /// The provider's words, or ours where it had no code: one line, at most ``ReplyLimits/wordsBytesMax``, no keys of
    /// ours, and nothing as long as a phone number. Never to be branched on.
    package var answer: String?
    /// Why no other message fares better until somebody has mended something, where no code says so: in words of ours. Also
    /// beside an outcome other than `pause`, where what became of this message is another question.
    package var pauseReason: String?

    /// A result with these fields.
    package init(outcome: SendOutcome, code: String? = nil, answer: String? = nil, pauseReason: String? = nil) {
        self.outcome = outcome
        self.code = code
        self.answer = answer
        self.pauseReason = pauseReason
    }

    /// Whether the provider is to take no more work until somebody has mended something.
    package var pauses: Bool { outcome == .pause || pauseReason != nil }
}
