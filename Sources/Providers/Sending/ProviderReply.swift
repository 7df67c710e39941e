/// What came back from a call, whole; a call without a whole reply has none.
package struct ProviderReply: Hashable, Sendable {
    /// The HTTP status.
    package var status: Int
    /// The header `Retry-After`, as a time from now.
    package var retryAfter: Duration?
    /// The body; beyond ``ReplyLimits`` it is not read.
    package var body: [UInt8]

    /// A reply with these parts.
    package init(status: Int, retryAfter: Duration? = nil, body: [UInt8]) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = body
    }
}

extension ProviderReply: WithoutContents {
    /// The status and the size.
    package var description: String { "HTTP \(status), \(body.count) bytes" }
}
