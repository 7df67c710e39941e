import Domain
import Store

/// The prices that a group of sends can have, by currency and prefix.
struct PriceList: Sendable {
    private var byCurrency: [String: [String: Amount]] = [:]
    /// The lengths that prefixes have, the greatest first: few, where a number has a dozen prefixes.
    private var lengths: [Int] = []

    init(_ prices: [SMSPrice]) {
        for price in prices { byCurrency[price.currency, default: [:]][price.prefix] = price.costPerUnit }
        lengths = Set(prices.map(\.prefix.utf8.count)).sorted(by: >)
    }

    /// The price of one part to a number: that of the longest prefix; nil where none fits.
    func costPerUnit(to number: PhoneNumber, currency: String) -> Amount? {
        guard let prices = byCurrency[currency] else { return nil }
        let digits = number.digits
        for length in lengths where length <= digits.utf8.count {
            if let price = prices[String(digits.prefix(length))] { return price }
        }
        return nil
    }

    /// Every prefix of the digits of any of these numbers, the empty one among them, each once.
    static func prefixes(of numbers: some Sequence<PhoneNumber>) -> [String] {
        // A prefix as a number with its length behind it: at most 15 digits, so both fit.
        var seen: Set<UInt64> = [0]
        var prefixes = [""]
        for number in numbers {
            let digits = number.digits
            var value: UInt64 = 0
            var length: UInt64 = 0
            for index in digits.utf8.indices {
                value = value * 10 + UInt64(digits.utf8[index] & 0xF)
                length += 1
                if seen.insert(value << 4 | length).inserted { prefixes.append(String(digits[...index])) }
            }
        }
        return prefixes
    }
}
