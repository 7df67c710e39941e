/// The keys of one SMS application at NXTele, and of the account where its signed calls are used.
package struct NXTeleAccess: Sendable {
    /// The SMS application's key.
    package let appKey: String
    /// The SMS application's secret; it travels in the body of the form calls.
    package let secretKey: String
    /// The account's keys. Where they are given, what has a signed form is called in it; nil: forms only.
    package let signed: (accessKey: String, accessSecret: String)?
    /// Where receipts are to be sent; nil leaves it to the application's setting.
    package let receiptURL: String?
    /// Everything that must not be stored when a provider repeats it, in every spelling that is looked for, the longest
    /// first: removing one that is a part of another would leave the rest of the longer one.
    let secrets: [String]

    /// Access with these keys.
    package init(
        appKey: String, secretKey: String, signed: (accessKey: String, accessSecret: String)? = nil,
        receiptURL: String? = nil
    ) {
        self.appKey = appKey
        self.secretKey = secretKey
        self.signed = signed
        self.receiptURL = receiptURL
        var secrets = [secretKey, appKey]
        if let signed { secrets += [signed.accessSecret, signed.accessKey] }
        if let receiptURL { secrets += [receiptURL] + Self.tokens(of: receiptURL) }
        self.secrets = Set(secrets.flatMap(Self.spellings)).sorted {
            ($0.utf8.count, $0) > ($1.utf8.count, $1)
        }
    }

    /// Where a URL can have our token, as it is there and as it is meant: the last part of the path, and the values of the
    /// query. A provider may repeat a part of the URL only.
    private static func tokens(of url: String) -> [String] {
        let halves = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        // The first three are the scheme, nothing, and the host.
        var parts = halves[0].split(separator: "/", omittingEmptySubsequences: false).dropFirst(3).suffix(1)
        if halves.count > 1 {
            parts += halves[1].split(separator: "&").map {
                $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).last ?? $0
            }
        }
        return parts.flatMap { [String($0), decoded($0)] }
    }

    private static func decoded(_ value: Substring) -> String {
        let bytes = Array(value.utf8)
        var position = 0
        var plain: [UInt8] = []
        while position < bytes.count { plain.append(FormReader.decoded(bytes, &position, bytes.count)) }
        return String(decoding: plain, as: UTF8.self)
    }

    /// The secret itself, and percent-encoded as a form's fields are, which is how it goes out: a space also as `+`.
    private static func spellings(of secret: String) -> [String] {
        let encoded = FormWriter.encoded(secret)
        let small = encoded.replacing(/%[0-9A-F]{2}/) { $0.output.lowercased() }
        return [secret, encoded, small] + [encoded, small].map { $0.replacing("%20", with: "+") }
    }
}

extension NXTeleAccess: WithoutContents {}
