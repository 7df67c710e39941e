/// An account and a number: what a recipient opts out of.
package struct SuppressionPair: Hashable, Sendable {
    /// Who may not send.
    package var account: String
    /// The recipient in E.164 with `+`.
    package var number: String

    /// Makes a pair; nothing is checked here.
    package init(account: String, number: String) {
        self.account = account
        self.number = number
    }
}

/// What an event on the suppression list says.
package enum SuppressionKind: String, Hashable, Sendable, CaseIterable {
    /// Not to be sent to.
    case suppressed
    /// To be sent to again.
    case lifted

    /// What a wish comes to.
    package init(_ wish: OptOutWish) {
        self = wish == .stop ? .suppressed : .lifted
    }
}

/// Who brought an event on the suppression list.
package enum SuppressionSource: Hashable, Sendable {
    /// An SMS to one of our numbers at a provider, which is named as in ``ProviderName``. The database takes the names that
    /// its constraint lists.
    case provider(String)
    /// An admin key.
    case api
    /// The command line.
    case `operator`

    /// Every source that this version knows.
    package static let all = ProviderName.all.map(SuppressionSource.provider) + [.api, .operator]

    /// The name that it is stored under.
    package var name: String {
        switch self {
        case .provider(let name): name
        case .api: "api"
        case .operator: "operator"
        }
    }
}
