/// The keys of one SMS application at NXTele, and of the account where its signed calls are used.
public struct NXTeleAccess: Sendable {
    /// The SMS application's key.
    public let appKey: String
    /// The SMS application's secret; it travels in the body of the form calls.
    public let secretKey: String
    /// The account's keys. Where they are given, what has a signed form is called in it; nil: forms only.
    public let signed: (accessKey: String, accessSecret: String)?
    /// Where receipts are to be sent; nil leaves it to the application's setting.
    public let receiptURL: String?

    /// Access with these keys.
    public init(
        appKey: String, secretKey: String, signed: (accessKey: String, accessSecret: String)? = nil,
        receiptURL: String? = nil
    ) {
        self.appKey = appKey
        self.secretKey = secretKey
        self.signed = signed
        self.receiptURL = receiptURL
    }

    /// Everything that must not be stored when a provider repeats it; the receipt URL has our token in it.
    var secrets: [String] {
        var secrets = [secretKey, appKey]
        if let signed { secrets += [signed.accessSecret, signed.accessKey] }
        if let receiptURL { secrets.append(receiptURL) }
        // The longest first: removing one that is a part of another would leave the rest of the longer one.
        return secrets.sorted { $0.utf8.count > $1.utf8.count }
    }
}

extension NXTeleAccess: WithoutContents {}
