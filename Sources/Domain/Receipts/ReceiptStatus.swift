/// A receipt's status, read: a number in canonical decimal, or what else the provider wrote.
///
/// A number is an optional sign and ASCII digits, of any length: `02`, `+2` and `2` are one. It is kept as text, so
/// that no provider's number is too large to be told from another.
enum ReceiptStatus {
    /// `digits` without leading zeros; never negative zero.
    case number(negative: Bool, digits: Substring.UTF8View)
    /// White space at the ends removed.
    case text(String)

    init(_ written: String) {
        let text = trimmed(written)
        var digits = Substring(text).utf8
        let sign = digits.first
        if sign == 0x2B || sign == 0x2D { digits.removeFirst() }
        guard !digits.isEmpty, digits.allSatisfy({ decimalDigit($0) != nil }) else {
            self = .text(text)
            return
        }
        while digits.count > 1, digits.first == 0x30 { digits.removeFirst() }
        self = .number(negative: sign == 0x2D && digits.first != 0x30, digits: digits)
    }

    /// The status as one text for all its spellings.
    var canonicalText: String {
        switch self {
        case .number(let negative, let digits): (negative ? "-" : "") + String(Substring(digits))
        case .text(let text): text
        }
    }

    /// The number, where it is one and fits.
    var number: Int? {
        guard case .number = self else { return nil }
        return Int(canonicalText)
    }

    var rank: ReceiptRank {
        guard case .number = self else { return .unknown }
        return switch number {
        case 2: .delivered
        case 12: .unknown
        default: .failed
        }
    }

    /// Which of two statuses of one rank stands: the lower number is the greater one, no number is the lowest.
    func order(_ other: ReceiptStatus) -> Order {
        switch (self, other) {
        case (.text, .text): .same
        case (.text, .number): .before
        case (.number, .text): .after
        case (.number(let negative, let digits), .number(let otherNegative, let otherDigits)):
            if negative != otherNegative {
                negative ? .after : .before
            } else {
                negative ? magnitudeOrder(digits, otherDigits) : magnitudeOrder(digits, otherDigits).reversed
            }
        }
    }
}

/// The order of two numbers in decimal digits without leading zeros.
private func magnitudeOrder(_ left: Substring.UTF8View, _ right: Substring.UTF8View) -> Order {
    Order(left.count, right.count).then(Order(bytesOf: String(Substring(left)), String(Substring(right))))
}
