import Store

/// What a caller of send is answered. The large cases are indirect, as those of ``AcceptVerdict``.
enum SendAnswer: Sendable, Equatable {
    /// 201: stored by this request.
    indirect case accepted(EntryRecord)
    /// 200: an earlier request's.
    indirect case repeated(EntryRecord)
    /// 409: its messageId was used with another content.
    case conflict
    /// 402: the prepaid balance is too low.
    case insufficientBalance
    /// 422: the account's currency has no price for the number.
    case noPrice
    /// 422: the number has opted out of the account's messages.
    case suppressed
    /// 503: certainly not stored.
    case unavailable
    /// 503: whether it was stored is not known.
    case unconfirmed
    /// 500: certainly not stored, and trying again will not help.
    case failed

    /// Whether the send was new and is stored.
    var isAccepted: Bool { if case .accepted = self { true } else { false } }
}
