/// An account and a number: what a recipient opts out of.
public struct SuppressionPair: Hashable, Sendable {
    /// Who may not send.
    public var account: String
    /// The recipient in E.164 with `+`.
    public var number: String

    /// Makes a pair; nothing is checked here.
    public init(account: String, number: String) {
        self.account = account
        self.number = number
    }
}

/// What an event on the suppression list says.
public enum SuppressionKind: String, Hashable, Sendable, CaseIterable {
    /// Not to be sent to.
    case suppressed
    /// To be sent to again.
    case lifted

    /// What a wish comes to.
    public init(_ wish: OptOutWish) {
        self = wish == .stop ? .suppressed : .lifted
    }
}

/// Who brought an event on the suppression list.
public enum SuppressionSource: String, Hashable, Sendable, CaseIterable {
    /// An SMS to one of our numbers at NXTele.
    case nxtele
    /// An SMS to a phone of Onoff.
    case onoff
    /// An admin key.
    case api
    /// The command line.
    case `operator`
}
