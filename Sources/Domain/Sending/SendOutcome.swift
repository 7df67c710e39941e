/// What one call to a provider brought (DESIGN, section 5, "Attempts": the classes of outcome).
package enum SendOutcome: Hashable, Sendable {
    /// The provider took the message; with its own id for it, where it gave one.
    case accepted(providerMessageID: String?)
    /// The provider refused the message for good.
    case permanent
    /// The provider failed and may succeed another time; with the wait it asked for.
    case retry(retryAfter: Duration?)
    /// The provider did no work, for a reason that passes; with the wait it asked for.
    case wait(WaitReason, retryAfter: Duration?)
    /// The provider serves nobody until somebody mends something: credentials, balance, rights.
    case pause
    /// Whether the provider took the message is unknown: the request went out, and no answer said so.
    case unclear
    /// The provider has seen this text to this number a short while ago.
    case duplicate
}

/// Why a call that did not count is to come again later.
package enum WaitReason: Hashable, Sendable, CaseIterable {
    /// Too many requests at a time (28, HTTP 429).
    case rateLimited
    /// The recipient's number has had its share for now (27).
    case numberCapped
    /// Our clock and the provider's differ too much (1004).
    case clockSkew
    /// Nothing was written: name resolution, connection or TLS failed.
    case notWritten
    /// Refused as a duplicate (26) of a message that is not provably ours.
    case duplicateUnproven
}
