import NIOCore
import Runtime

extension IngressConfiguration {
    /// What lets a provider in; one of them must be given.
    private static let openers: [Setting] = [
        .onoffAPIKeys, .nxteleTokens, .nxteleAccessKey, .nxteleAccessSecret, .nxteleReceiptPaths,
    ]

    /// Reads the settings of the ingress's HTTP side; problems are collected in the reader.
    package init(reading reader: SettingsReader) {
        // The group commit still has to write what was accepted.
        let grace = reader.duration(.shutdownGrace)
        let kept = reader.drainDelay() + reader.duration(.storeDeadline) + .seconds(1)
        self.init(
            listen: reader.listenAddress(.ingressListen), rawListen: reader.optionalListenAddress(.rawListen),
            onoffKeys: CredentialSet(reader.callerSecrets(.onoffAPIKeys)),
            nxteleTokens: CredentialSet(reader.callerSecrets(.nxteleTokens, inURL: true)),
            nxteleSignature: reader.nxteleAccessPair().map {
                WebhookSignature(accessKey: $0.key, accessSecret: $0.secret)
            },
            receiptAliases: Self.aliases(reader), allowedAddresses: reader.addressRanges(.allowedIPs),
            trustedProxies: reader.addressRanges(.trustedProxies), bodyBytesMax: reader.byteCount(.maxBodyBytes).bytes,
            shutdownGrace: TimeAmount(max(grace - kept, grace / 2)))
        if Self.openers.allSatisfy({ reader.optionalText($0) == nil }) {
            reader.missing(
                .nxteleTokens,
                "nobody could call; expected the tokens that NXTele calls with, here, or the keys of Onoff in "
                    + "\(Setting.onoffAPIKeys.name), or both.")
        }
        if !receiptAliases.isEmpty, nxteleTokens.isEmpty, allowedAddresses.isEmpty {
            reader.problem(
                .nxteleReceiptPaths,
                "anybody could call these paths; expected tokens in POSTROOM_NXTELE_TOKENS or addresses in "
                    + "POSTROOM_ALLOWED_IPS.")
        }
        if rawListen != nil, !allowedAddresses.isEmpty, trustedProxies.isEmpty {
            reader.problem(
                .trustedProxies,
                "anybody could claim an allowed address by a PROXY header on POSTROOM_RAW_LISTEN; expected the addresses "
                    + "of the balancers.")
        }
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
