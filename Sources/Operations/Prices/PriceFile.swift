import Domain
import Foundation
import Store

/// A file of prices: CSV with the columns `currency,prefix,cost_per_unit,valid_from` in any order.
///
/// Lines end in LF or CRLF; a field may stand in quotes, and holds neither a comma nor a quote. An empty prefix (or
/// `+`) is every destination, an empty `valid_from` is the moment of the import.
struct PriceFile: Sendable, Equatable {
    /// The longest file that is read, in bytes.
    static let bytesMax = 16 * 1024 * 1024
    /// The most prices in a file.
    static let pricesMax = 200_000
    /// The columns that a file has.
    static let columns = ["currency", "prefix", "cost_per_unit", "valid_from"]

    /// A price with the line it came from, counted from 1.
    struct Line: Sendable, Equatable {
        var number: Int
        var price: NewPrice
    }

    /// What was read.
    private(set) var lines: [Line] = []
    /// What is wrong, a sentence each, in order of the lines.
    private(set) var problems: [String] = []

    /// Reads a file's text: all of it, whatever is wrong.
    init(_ text: String) {
        let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        // "\r\n" is one Character, and a newline.
        let rows = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard let heading = rows.first, let places = Self.places(heading) else {
            problems.append("Line 1: expected the columns \(Self.columns.joined(separator: ",")).")
            return
        }
        guard rows.count - 1 <= Self.pricesMax else {
            problems.append("The file has more than \(Self.pricesMax) lines.")
            return
        }
        var seen: [[String]: Int] = [:]
        for (index, row) in rows.enumerated().dropFirst() where !row.allSatisfy(\.isWhitespace) {
            read(row, index + 1, places, &seen)
        }
        if lines.isEmpty, problems.isEmpty { problems.append("The file has no prices.") }
    }

    private mutating func read(_ row: Substring, _ number: Int, _ places: [Int], _ seen: inout [[String]: Int]) {
        let fields = Self.fields(row)
        guard fields.count == Self.columns.count else {
            problems.append("Line \(number): expected \(Self.columns.count) fields, found \(fields.count).")
            return
        }
        let (currency, prefix) = (Currency(argument: fields[places[0]]), fields[places[1]])
        let digits = Self.digits(prefix)
        let cost = Amount(fields[places[2]]).flatMap { NewPrice.accepts($0) ? $0 : nil }
        let time = fields[places[3]]
        let validFrom = Timestamp(iso8601: time)
        var wrong: [String] = []
        if currency == nil { wrong.append("currency must be three capital letters") }
        if case .failure(let problem) = digits { wrong.append("prefix \(problem.words)") }
        if cost == nil { wrong.append("cost_per_unit must be a decimal below \(NewPrice.costMax)") }
        if validFrom == nil, !time.isEmpty {
            wrong.append("valid_from must be a time with its zone, such as 2027-01-01T00:00:00Z, or empty")
        }
        guard let currency, case .success(let digits) = digits, let cost, wrong.isEmpty else {
            problems.append("Line \(number): \(wrong.joined(separator: "; ")).")
            return
        }
        let price = NewPrice(currency: currency.code, prefix: digits, costPerUnit: cost, validFrom: validFrom)
        if let earlier = seen.updateValue(number, forKey: [currency.code, digits, validFrom?.iso8601 ?? ""]) {
            problems.append("Line \(number): line \(earlier) has a price from the same moment on.")
        }
        lines.append(Line(number: number, price: price))
    }

    private static func digits(_ prefix: String) -> Result<String, PricePrefix.Problem> {
        prefix.isEmpty ? .success("") : Result { () throws(PricePrefix.Problem) in try PricePrefix(prefix).digits }
    }

    /// Where each of ``columns`` stands; nil where the heading is another.
    private static func places(_ heading: Substring) -> [Int]? {
        let names = fields(heading)
        let places = columns.compactMap(names.firstIndex(of:))
        return names.count == columns.count && places.count == columns.count ? places : nil
    }

    private static func fields(_ row: Substring) -> [String] {
        row.split(separator: ",", omittingEmptySubsequences: false).map { field in
            let bare = field.trimmingCharacters(in: .whitespaces)
            guard bare.count >= 2, bare.hasPrefix("\""), bare.hasSuffix("\"") else { return bare }
            return String(bare.dropFirst().dropLast())
        }
    }
}
