/// When attempts are looked up, and until when.
public struct LookupTimes: Sendable, Equatable {
    /// How soon an unclear attempt is looked up first.
    public var unclearAfter: Duration
    /// How long after its dispatch an unclear attempt is looked up.
    public var unclearDeadline: Duration
    /// When the receipt of an accepted one is overdue.
    public var receiptAfter: Duration
    /// When it is given up.
    public var receiptDeadline: Duration

    /// Makes them.
    public init(
        unclearAfter: Duration, unclearDeadline: Duration, receiptAfter: Duration, receiptDeadline: Duration
    ) {
        self.unclearAfter = unclearAfter
        self.unclearDeadline = unclearDeadline
        self.receiptAfter = receiptAfter
        self.receiptDeadline = receiptDeadline
    }
}
