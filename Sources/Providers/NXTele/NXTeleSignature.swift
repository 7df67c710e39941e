import Crypto

/// The signature of NXTele's signed calls and callbacks (providers.md §1.3): a hash over the headers, the body exactly
/// as sent, and a secret that never travels.
package enum NXTeleSignature {
    /// The hash; a call names one that is not md5 in its header `algorithm`.
    package enum Algorithm: String, Hashable, Sendable, CaseIterable {
        case md5, sha256
    }

    /// The header that carries the signature.
    static let headerName = "sign"
    /// The header that names the algorithm.
    static let algorithmHeaderName = "algorithm"

    /// The signature in lower-case hexadecimal digits.
    ///
    /// - Parameters:
    ///   - headers: The headers that are signed (`accessKey`, `action`, `bizType`, `ts`) by their documented names, in
    ///     any order; `sign` and `algorithm` are passed over. Names and values go into the hash as they stand.
    ///   - body: The bytes that are sent, none added or taken away; nil and empty are the same.
    ///   - accessSecret: The account's secret; it is hashed, and neither kept nor shown.
    package static func sign(
        _ headers: [(name: String, value: String)], body: [UInt8]?, accessSecret: String, algorithm: Algorithm
    ) -> String {
        let signed =
            headers
            .filter { $0.name != headerName && $0.name != algorithmHeaderName }
            // By bytes, since that is what "ascending ASCII order" means; String's own order is Unicode's.
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var text: [UInt8] = []
        for (name, value) in signed {
            if !text.isEmpty { text.append(UInt8(ascii: "&")) }
            text += name.utf8
            text.append(UInt8(ascii: "="))
            text += value.utf8
        }
        if let body, !body.isEmpty {
            text += "&body=".utf8
            text += body
        }
        text += "&accessSecret=".utf8
        text += accessSecret.utf8
        return switch algorithm {
        case .md5: hexadecimal(Insecure.MD5.hash(data: text))
        case .sha256: hexadecimal(SHA256.hash(data: text))
        }
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
