/// Work that a process leases, does outside any transaction, and reports on: calls to other systems.
package protocol LeasedWork: Sendable {
    /// What is leased.
    associatedtype Item: Sendable

    /// Leases what there is room for; see ``LeaseClaimer``.
    func claim(_ room: CallPermits.Room) async -> Claimed<Item>

    /// The sharer it belongs to, for fairness: the name by which ``CallPermits`` counts.
    func sharer(of item: Item) -> String

    /// Does it, and hands on the report. The call is written only while a ``CallGate`` of this instant lets it through.
    func perform(_ item: Item, gateUntil: ContinuousClock.Instant) async

    /// Reports on items that were not begun, so that others may have them.
    func leave(_ items: [Item], _ reason: LeaveReason)

    /// Reports that wait to be written; see ``ReportWriter``.
    var unwrittenCount: Int { get }

    /// Commits something, however small, as durably as a claim; false where that failed.
    var vouch: @Sendable () async -> Bool { get }

    /// Ends its connections, at the end.
    func close() async
}

/// Why something leased was not begun.
package enum LeaveReason: Sendable {
    /// Whether it was claimed at all is not known.
    case neverClaimed
    /// The worker stopped, or others took too long.
    case notBegun
}
