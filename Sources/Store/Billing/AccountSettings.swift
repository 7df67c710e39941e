/// What an account may differ in from the processes' settings; nil, when an account is changed, leaves it as it is.
package struct AccountSettings: Sendable, Equatable {
    /// Automatic retries in a cycle: ``automaticRetries``.
    package var maxAutomaticRetries: OwnOrDefault<Int32>?
    /// Resends of one entry: ``resends``.
    package var maxResends: OwnOrDefault<Int32>?
    /// What becomes of attempts whose outcome stays unknown.
    package var unclearPolicy: OwnOrDefault<UnclearPolicy>?

    /// What ``maxAutomaticRetries`` may be.
    package static let automaticRetries: ClosedRange<Int32> = 0...100
    /// What ``maxResends`` may be: an entry has a bit for each cycle.
    package static let resends: ClosedRange<Int32> = 0...60

    /// Makes settings.
    package init(
        maxAutomaticRetries: OwnOrDefault<Int32>? = nil, maxResends: OwnOrDefault<Int32>? = nil,
        unclearPolicy: OwnOrDefault<UnclearPolicy>? = nil
    ) {
        self.maxAutomaticRetries = maxAutomaticRetries
        self.maxResends = maxResends
        self.unclearPolicy = unclearPolicy
    }

    /// Whether nothing is named.
    package var isEmpty: Bool { self == AccountSettings() }
}
