import Store

/// What a key may do.
struct Scopes: OptionSet, Sendable {
    let rawValue: UInt8
    /// Send, resend, cancel.
    static let send = Scopes(rawValue: 1)
    /// List and get.
    static let read = Scopes(rawValue: 2)
    /// Act for other users of the account, top up.
    static let admin = Scopes(rawValue: 4)
}

/// Who calls.
struct Principal: Sendable, Equatable {
    let account: String
    /// The key's own user.
    let userID: String
    let scopes: Scopes

    init(account: String, userID: String, scopes: Scopes) {
        self.account = account
        self.userID = userID
        self.scopes = scopes
    }

    init(_ key: APIKeyRecord) {
        var scopes: Scopes = []
        if key.maySend { scopes.insert(.send) }
        if key.mayRead { scopes.insert(.read) }
        if key.isAdmin { scopes.insert(.admin) }
        self.init(account: key.account, userID: key.userID, scopes: scopes)
    }

    /// Whose entries it may see and touch: its own user's, or, for an admin key, everybody's of the account (nil).
    var visibleUser: String? { scopes.contains(.admin) ? nil : userID }
}
