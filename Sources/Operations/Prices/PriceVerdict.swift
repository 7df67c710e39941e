import Store

/// Whether a listed price holds now, and why.
enum PriceVerdict: Sendable, Equatable {
    /// It holds for the numbers for which no longer prefix has a price.
    case holds
    /// It is the number's price: the latest valid one of the longest prefix.
    case decides
    /// It is not valid yet.
    case notYet
    /// A later price of the same prefix took its place.
    case replaced
    /// A longer prefix of the number has a price that holds.
    case shorterPrefix

    /// For a person.
    var sentence: String {
        switch self {
        case .holds: "holds"
        case .decides: "holds: the longest prefix with a price"
        case .notYet: "not yet"
        case .replaced: "replaced by a later one"
        case .shorterPrefix: "a longer prefix has a price"
        }
    }
}

/// Judges prices in the order of ``Store/ListPrices``: by currency, for a prefix the latest first and, for a number,
/// the longest prefix first.
func priceVerdicts(_ prices: [PriceRow], ofOneNumber: Bool) -> [PriceVerdict] {
    var verdicts: [PriceVerdict] = []
    var deciding: PriceRow?
    for price in prices {
        if deciding?.currency != price.currency { deciding = nil }
        guard price.isValid else {
            verdicts.append(.notYet)
            continue
        }
        if let deciding, deciding.prefix == price.prefix {
            verdicts.append(.replaced)
        } else if deciding != nil, ofOneNumber {
            verdicts.append(.shorterPrefix)
        } else {
            verdicts.append(ofOneNumber ? .decides : .holds)
            deciding = price
        }
    }
    return verdicts
}
