/// When attempts are looked up, and until when.
package struct LookupTimes: Sendable, Equatable {
    /// How soon an unclear attempt is looked up first.
    package var unclearAfter: Duration
    /// How long after its dispatch an unclear attempt is looked up.
    package var unclearDeadline: Duration
    /// When the receipt of an accepted one is overdue.
    package var receiptAfter: Duration
    /// When it is given up.
    package var receiptDeadline: Duration

    package init(
        unclearAfter: Duration, unclearDeadline: Duration, receiptAfter: Duration, receiptDeadline: Duration
    ) {
        self.unclearAfter = unclearAfter
        self.unclearDeadline = unclearDeadline
        self.receiptAfter = receiptAfter
        self.receiptDeadline = receiptDeadline
    }
}
