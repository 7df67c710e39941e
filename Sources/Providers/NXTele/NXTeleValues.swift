import Domain

extension WireFields {
    /// A decimal number, nil where the field is absent or blank.
    ///
    /// - Throws: `.badNumber` where it cannot be kept exactly: money is never guessed.
    func amount(_ field: Field) throws(ParseFailure) -> Amount? {
        guard let text = try decimalText(field) else { return nil }
        guard let amount = Amount(text) else { throw ParseFailure(.badNumber, field: field.wireName) }
        return amount
    }

    /// A count from 0 to 2147483647, nil where the field is absent or blank.
    func count(_ field: Field) throws(ParseFailure) -> Int32? {
        guard let text = try decimalText(field) else { return nil }
        var value: Int32 = 0
        for byte in text.utf8 {
            guard let digit = ASCII.digit(byte) else { throw ParseFailure(.badNumber, field: field.wireName) }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int32(digit))
            if overflow || carry { throw ParseFailure(.badNumber, field: field.wireName) }
            value = sum
        }
        return value
    }

    /// The digits of a phone number, country code first, without a leading `+` or `00` and without separators.
    ///
    /// - Throws: `.missingField`, and `.badPhone` for anything else in it (a comma would make two numbers one).
    func phoneDigits(_ field: Field) throws(ParseFailure) -> String {
        let text = try required(field, .phone)
        var digits: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case ASCII.zero...ASCII.zero + 9: digits.append(byte)
            case ASCII.plus where digits.isEmpty: continue
            case ASCII.space, ASCII.minus, ASCII.point, UInt8(ascii: "("), UInt8(ascii: ")"): continue
            default: throw ParseFailure(.badPhone, field: field.wireName)
            }
        }
        guard 1...ParserLimits.phoneDigitsMax ~= digits.count else {
            throw ParseFailure(.badPhone, field: field.wireName, note: "\(digits.count) digits")
        }
        if digits.count == text.utf8.count, digits[0] != ASCII.zero { return text }
        let plain = String(decoding: digits, as: UTF8.self)
        return PhoneNumber(providerDigits: plain)?.digits ?? plain
    }

    private func decimalText(_ field: Field) throws(ParseFailure) -> String? {
        do {
            guard let text = try text(field, .number), !text.isEmpty else { return nil }
            return text
        } catch  where error.reason == .tooLong {
            throw ParseFailure(.badNumber, field: field.wireName, note: error.detail)
        } catch {
            throw error
        }
    }
}
