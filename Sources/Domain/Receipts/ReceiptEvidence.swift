/// A receipt as evidence about an attempt: what decides its state, nothing else.
///
/// Totally ordered; the greatest of an attempt's receipts is its state. Order: rank; reported time, unreadable lowest;
/// status, the lower number greater and no number lowest; key. Two with the same key are copies of one receipt; should
/// they differ, texts by their bytes and then the earlier arrival decide, so that no order of arrival shows.
/// (DESIGN, section 5, "Receipts".)
package struct ReceiptEvidence: Sendable {
    /// The receipt's identity.
    package let key: ReceiptKey
    /// How much it says; follows from ``status``.
    package let rank: ReceiptRank
    /// The status as written.
    package let status: String
    /// The status as a number; nil if it is none or too large for `Int`.
    package let statusNumber: Int?
    /// The provider's word for the status.
    package let result: String
    /// `drtime` as written.
    package let reportedTime: String
    /// ``reportedTime`` where it can be read.
    package let reportedLocalTime: LocalTime?
    /// When it came in.
    package let receivedAt: Timestamp

    /// The evidence of a stored receipt; what follows from its texts is computed here, once.
    package init(key: ReceiptKey, status: String, result: String, reportedTime: String, receivedAt: Timestamp) {
        let read = ReceiptStatus(status)
        self.key = key
        self.rank = read.rank
        self.status = status
        self.statusNumber = read.number
        self.result = result
        self.reportedTime = reportedTime
        self.reportedLocalTime = LocalTime(trimmed(reportedTime))
        self.receivedAt = receivedAt
    }

    /// The evidence of a receipt that came in just now.
    package init(_ receipt: Receipt, key: ReceiptKey, receivedAt: Timestamp) {
        self.init(
            key: key, status: receipt.status, result: receipt.content.result, reportedTime: receipt.reportedTime,
            receivedAt: receivedAt)
    }
}

extension ReceiptEvidence: Hashable, Comparable {
    /// The order described above.
    package static func < (left: Self, right: Self) -> Bool { left.order(right) == .before }

    /// The same evidence, texts byte by byte.
    package static func == (left: Self, right: Self) -> Bool { left.order(right) == .same }

    /// Feeds the key and the time of arrival.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(key)
        hasher.combine(receivedAt)
    }

    private func order(_ other: Self) -> Order {
        Order(rank, other.rank)
            .then(Order(reportedLocalTime, other.reportedLocalTime))
            .then(ReceiptStatus(status).order(ReceiptStatus(other.status)))
            .then(Order(key, other.key))
            .then(Order(bytesOf: status, other.status))
            .then(Order(bytesOf: result, other.result))
            .then(Order(bytesOf: reportedTime, other.reportedTime))
            .then(Order(other.receivedAt, receivedAt))
    }
}

/// The one of two receipts about one attempt that stands: the greater.
///
/// Commutative, associative and idempotent, so that copies and order of arrival cannot matter.
package func merge(_ left: ReceiptEvidence, _ right: ReceiptEvidence) -> ReceiptEvidence {
    left < right ? right : left
}
