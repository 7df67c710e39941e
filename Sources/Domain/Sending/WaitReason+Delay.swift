extension WaitReason {
    /// The longest wait, even where the provider asks for more.
    package static let delayMax: Duration = .seconds(3_600)

    /// The shortest wait, before the second try.
    package var delayMin: Duration {
        switch self {
        case .rateLimited, .clockSkew, .notWritten: .seconds(1)
        case .duplicateUnproven: .seconds(300)  // the provider's window for duplicates
        case .numberCapped: .seconds(600)
        }
    }

    /// The longest wait of our own choice: an obstacle that passes within moments must not delay a message for an hour
    /// afterwards.
    package var ownDelayMax: Duration {
        switch self {
        case .rateLimited, .clockSkew, .notWritten: .seconds(300)
        case .duplicateUnproven, .numberCapped: WaitReason.delayMax
        }
    }

    /// How long to wait: it doubles with every try, and its upper half is random, so that what was put off together
    /// does not come back together.
    func delay(triesBefore: Int32, retryAfter: Duration?, jitter: Double) -> Duration {
        let longest = min(doubled(delayMin, times: triesBefore, upTo: ownDelayMax) * 2, ownDelayMax)
        let chosen = longest / 2 + share(longest / 2, jitter)
        return max(chosen, delayMin, min(retryAfter ?? .zero, WaitReason.delayMax))
    }
}
