import Domain
import Store

/// Prices by currency and prefix.
struct PriceList: Sendable {
    private var byCurrency: [String: [String: Amount]] = [:]
    /// The lengths of the prefixes, the greatest first: mostly few, while a number has a dozen prefixes.
    private var lengths: [Int] = []

    /// How many there are.
    var count: Int { byCurrency.values.reduce(0) { $0 + $1.count } }

    init(_ prices: [SMSPrice]) {
        for price in prices { byCurrency[price.currency, default: [:]][price.prefix] = price.costPerUnit }
        findLengths()
    }

    private mutating func findLengths() {
        lengths = Set(byCurrency.values.lazy.flatMap(\.keys).map(\.utf8.count)).sorted(by: >)
    }

    /// Takes in what was found for these prefixes in these currencies; where nothing was found, there is no price any
    /// more.
    mutating func learn(_ found: [SMSPrice], of currencies: Set<String>, prefixes: [String]) {
        // Most looks find what is known already; then the lengths need not be computed again.
        guard Set(found) != Set(prices(of: currencies, prefixes: prefixes)) else { return }
        for currency in currencies {
            for prefix in prefixes { byCurrency[currency]?[prefix] = nil }
        }
        for price in found { byCurrency[price.currency, default: [:]][price.prefix] = price.costPerUnit }
        findLengths()
    }

    /// The prices there are for just these prefixes in these currencies, in no order.
    func prices(of currencies: Set<String>, prefixes: [String]) -> [SMSPrice] {
        let lengths = Set(lengths)
        let candidates = prefixes.filter { lengths.contains($0.utf8.count) }
        return currencies.flatMap { currency in
            candidates.compactMap { prefix in
                byCurrency[currency]?[prefix].map { SMSPrice(currency: currency, prefix: prefix, costPerUnit: $0) }
            }
        }
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
        // A prefix as a number followed by its length: at most 15 digits, so both fit.
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
