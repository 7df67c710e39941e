import Domain

extension NXTeleSender {
    /// See ``SendingProvider/result(of:)``. A code that the provider's documentation names stands over the HTTP status, and
    /// its words decide nothing: they are Chinese or English, and change.
    ///
    /// Any other code is permanent, unless the status says that it is no word on the message, or is the status itself: a
    /// gateway's `404 {"code":404,…}` would otherwise fail every message of its minute for good.
    package func result(of reply: ProviderReply) -> SendResult {
        let read = NXTeleReply(reply.body)
        let words = (read.text(.result, .words) ?? read.text(.message, .words)).flatMap {
            ProviderWords.clean($0, secrets: access.secrets)
        }
        let known = read.code.flatMap {
            Self.outcome(ofCode: $0, messageID: read.text(.messageID, .identifier), retryAfter: reply.retryAfter)
        }
        guard let code = read.code, known != nil || Int(code) != reply.status else {
            let outcome = Self.outcome(ofStatus: reply.status, retryAfter: reply.retryAfter)
            let pauses = outcome == .pause || 300..<400 ~= reply.status
            return SendResult(
                outcome: outcome, answer: words ?? "HTTP \(reply.status) without a readable code",
                pauseReason: pauses ? "HTTP \(reply.status)" : nil)
        }
        let outcome = known ?? Self.outcome(ofUnknownCodeAt: reply.status, retryAfter: reply.retryAfter)
        return SendResult(outcome: outcome, code: String(code), answer: words)
    }

    /// The class of a code (DESIGN, section 5; providers.md §1.1 and 1.3); nil where nobody has told us of it. Never SMPP's
    /// table, whose numbers clash.
    private static func outcome(ofCode code: Int32, messageID: String?, retryAfter: Duration?) -> SendOutcome? {
        switch code {
        case 0: .accepted(providerMessageID: messageID)
        case 88, 99: .retry(retryAfter: retryAfter)
        case 28, 429: .wait(.rateLimited, retryAfter: retryAfter)
        case 27: .wait(.numberCapped, retryAfter: retryAfter)
        case 1004: .wait(.clockSkew, retryAfter: retryAfter)
        case 26: .duplicate
        // Keys, address, balance, a closed account; and 1001, a missing header: no other message would fare better.
        case 1, 3, 9, 102, 1001, 1003, 1005: .pause
        case 2, 4...8, 104, 1002: .permanent
        default: nil
        }
    }

    /// The class of an answer with a code that nobody has told us of: it was not accepted, and why is kept. But where the
    /// status is one that proxies and overloaded servers answer with, whatever is asked of them, that decides.
    private static func outcome(ofUnknownCodeAt status: Int, retryAfter: Duration?) -> SendOutcome {
        switch status {
        case 408, 429, 500..<600: outcome(ofStatus: status, retryAfter: retryAfter)
        default: .permanent
        }
    }

    /// The class of an answer without a readable code.
    ///
    /// An answer of success that cannot be read may be an acceptance that was garbled on its way, and 408 may come
    /// after the whole request was taken: what became of the message is not known. Nor is it for a redirect: some
    /// servers redirect after they did the work, and a POST that is followed or repeated would be a second SMS. But one is
    /// enough: a redirect, as an address at which there is nothing to call, is a `POSTROOM_NXTELE_URL` that is not the
    /// provider's, and pauses it.
    static func outcome(ofStatus status: Int, retryAfter: Duration?) -> SendOutcome {
        switch status {
        case 401, 403, 404, 405, 410: .pause
        case 408: .unclear
        case 429: .wait(.rateLimited, retryAfter: retryAfter)
        case 400..<500: .permanent
        case 500..<600: .retry(retryAfter: retryAfter)
        default: .unclear
        }
    }
}
