import Providers
import Runtime

extension NXTeleAccess {
    /// Reads the keys for sending; problems are collected in the reader.
    package init(reading reader: SettingsReader) {
        let receiptURL = reader.optionalSecret(.nxteleReceiptURL)?.revealed
        if let receiptURL, !isAddress(receiptURL) {
            reader.problem(
                .nxteleReceiptURL,
                "the value given (not shown) is no address; expected one that begins with http:// or https://.")
        }
        if let receiptURL { reader.warnWhereReadable(.nxteleReceiptURL, receiptURL, what: "our token and numbers go") }
        self.init(
            appKey: reader.secret(.nxteleAppKey).revealed, secretKey: reader.secret(.nxteleSecretKey).revealed,
            signed: reader.nxteleAccessPair().map { ($0.key.revealed, $0.secret.revealed) }, receiptURL: receiptURL)
    }
}

/// Whether it can be the address of something that speaks HTTP: a scheme, a host, and nothing that ends a line or a word.
func isAddress(_ text: String) -> Bool {
    guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return false }
    let rest = text.dropFirst(scheme.count)
    return rest.first.map { !"/?#".contains($0) } ?? false && rest.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
}
