import NIOCore
import Runtime

extension IngressConfiguration {
    /// What lets a provider in; one of them must be given.
    private static let openers: [Setting] = [
        .onoffAPIKeys, .nxteleTokens, .nxteleAccessKey, .nxteleAccessSecret, .nxteleReceiptPaths,
    ]

    /// Reads the ingress's settings; what is wrong is recorded in the reader and thrown by its `finish()`.
    ///
    /// | key | type | default |
    /// |---|---|---|
    /// | `POSTROOM_INGRESS_LISTEN` | host:port | 127.0.0.1:8080 |
    /// | `POSTROOM_RAW_LISTEN` | host:port | none |
    /// | `POSTROOM_ONOFF_API_KEYS` | keys, secret | none: route closed |
    /// | `POSTROOM_NXTELE_TOKENS` | keys, secret | none: routes closed |
    /// | `POSTROOM_NXTELE_ACCESSKEY`, `POSTROOM_NXTELE_ACCESSSECRET` | texts, secret, both or none | none: form closed |
    /// | `POSTROOM_NXTELE_DR_PATHS` | list of paths | none |
    /// | `POSTROOM_ALLOWED_IPS`, `POSTROOM_TRUSTED_PROXIES` | lists of CIDRs | none |
    /// | `POSTROOM_MAX_BODY_BYTES` | bytes | 65536 |
    /// | `POSTROOM_SHUTDOWN_GRACE`, `POSTROOM_DRAIN_DELAY` | durations | 20s, 3s |
    public init(reading reader: SettingsReader) {
        let tokens = reader.callerSecrets(.nxteleTokens, inURL: true)
        let allowed = reader.addressRanges(.allowedIPs)
        self.init(
            listen: reader.listenAddress(.ingressListen), rawListen: reader.optionalListenAddress(.rawListen),
            onoffKeys: CredentialSet(reader.callerSecrets(.onoffAPIKeys)), nxteleTokens: CredentialSet(tokens),
            nxteleSignature: reader.nxteleAccessPair().map {
                WebhookSignature(accessKey: $0.key, accessSecret: $0.secret)
            },
            receiptAliases: Self.aliases(reader), allowedAddresses: allowed,
            trustedProxies: reader.addressRanges(.trustedProxies))
        if Self.openers.allSatisfy({ reader.optionalText($0) == nil }) {
            reader.missing(
                .nxteleTokens,
                "nobody could call; expected the tokens that NXTele calls with, here, or the keys of Onoff in "
                    + "\(Setting.onoffAPIKeys.name), or both.")
        }
        if !receiptAliases.isEmpty, tokens.isEmpty, allowed.isEmpty {
            reader.problem(
                .nxteleReceiptPaths,
                "anybody could call these paths; expected tokens in POSTROOM_NXTELE_TOKENS or addresses in "
                    + "POSTROOM_ALLOWED_IPS.")
        }
        if rawListen != nil, !allowed.isEmpty, trustedProxies.isEmpty {
            reader.problem(
                .trustedProxies,
                "anybody could claim an allowed address by a PROXY header on POSTROOM_RAW_LISTEN; expected the addresses "
                    + "of the balancers.")
        }
        bodyBytesMax = reader.byteCount(.maxBodyBytes).bytes
        // The group commit still has to write what was accepted.
        let grace = reader.duration(.shutdownGrace)
        shutdownGrace = TimeAmount(
            max(grace - reader.drainDelay() - reader.duration(.storeDeadline) - .seconds(1), grace / 2))
    }

    private static func aliases(_ reader: SettingsReader) -> [String] {
        var aliases: [String] = []
        let ours = [RouteTable.onoffPath, RouteTable.receiptPath, RouteTable.inboundPath]
        for (index, path) in reader.list(.nxteleReceiptPaths).enumerated() {
            if !isPath(path) {
                reader.problem(
                    .nxteleReceiptPaths,
                    "item \(index + 1) is no path; expected one that begins with a slash, does not end with one, and "
                        + "has nothing but letters, digits and -._~!$&'()*+;=:@/ in it.")
            } else if ours.contains(where: { path == $0 || path.hasPrefix($0 + "/") }) {
                reader.problem(.nxteleReceiptPaths, "item \(index + 1) is a path that has its meaning already.")
            } else if aliases.contains(path) {
                reader.problem(.nxteleReceiptPaths, "item \(index + 1) repeats an earlier path.")
            } else {
                aliases.append(path)
            }
        }
        return aliases
    }

    /// The characters of RFC 3986 §3.3 without percent-encoding: paths are compared byte by byte.
    private static func isPath(_ text: String) -> Bool {
        text.count > 1 && text.hasPrefix("/") && !text.hasSuffix("/") && !text.contains("//")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._~!$&'()*+;=:@/".utf8.contains(byte)
                }
            }
    }
}
