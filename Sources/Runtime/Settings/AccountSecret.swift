/// A key or token and the account it belongs to.
package struct AccountSecret: Hashable, Sendable {
    /// The account of a key that names none, and of what may come without a key.
    package static let defaultAccount = "default"
    /// The longest account name, in bytes.
    static let accountBytesMax = 64
    /// The longest key, in bytes.
    static let secretBytesMax = 256

    /// The account's name: 1 to 64 of ASCII letters, digits, `.`, `_` and `-`.
    package let account: String
    /// The key: 1 to 256 printable ASCII characters, neither space nor comma.
    package let secret: Secret

    /// Pairs a key with its account, without checking either.
    package init(account: String = Self.defaultAccount, secret: Secret) {
        self.account = account
        self.secret = secret
    }

    /// Reads `KEY` (account `default`) or `ACCOUNT:KEY`; the first colon ends the account.
    ///
    /// Nil if either part is empty, too long or has other characters than it may have.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let key = parts.last, Self.isSecret(key.utf8) else { return nil }
        if parts.count == 1 {
            self.init(secret: Secret(String(key)))
        } else {
            guard let account = parts.first, Self.isAccount(account.utf8) else { return nil }
            self.init(account: String(account), secret: Secret(String(key)))
        }
    }

    /// Whether a text may be an account's name: 1 to 64 of ASCII letters, digits, `.`, `_` and `-`.
    package static func isAccountName(_ text: some StringProtocol) -> Bool { isAccount(text.utf8) }

    private static func isSecret(_ bytes: some Collection<UInt8>) -> Bool {
        (1...secretBytesMax).contains(bytes.count)
            && bytes.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") }
    }

    private static func isAccount(_ bytes: some Collection<UInt8>) -> Bool {
        (1...accountBytesMax).contains(bytes.count)
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
