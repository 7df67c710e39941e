/// How much a receipt says: of two about the same attempt, the higher rank stands (DESIGN, section 5, "Receipts").
package enum ReceiptRank: Int16, Comparable, Sendable, CaseIterable {
    /// Status 12 (UNKNOWN), or a status that is no number.
    case unknown = 1
    /// Any other number: not delivered.
    case failed = 2
    /// Status 2: delivered.
    case delivered = 3

    /// Order of the numbers.
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
