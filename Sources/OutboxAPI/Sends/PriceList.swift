import Domain
import Store

/// The prices that a group of sends can have, by currency and prefix.
struct PriceList: Sendable {
    private var byCurrency: [String: [String: Amount]] = [:]

    init(_ prices: [SMSPrice]) {
        for price in prices { byCurrency[price.currency, default: [:]][price.prefix] = price.costPerUnit }
    }

    /// The price of one part to a number: that of the longest prefix; nil where none fits.
    func costPerUnit(to number: PhoneNumber, currency: String) -> Amount? {
        guard let prices = byCurrency[currency] else { return nil }
        for prefix in Self.prefixes(of: number) {
            if let price = prices[prefix] { return price }
        }
        return nil
    }

    /// Every prefix of a number's digits, the longest first, the empty one last.
    static func prefixes(of number: PhoneNumber) -> [String] {
        let digits = number.digits
        return (0...digits.utf8.count).reversed().map { String(digits.prefix($0)) }
    }
}
