import Domain
import PostgresClient
import Store

/// Lists entries.
///
/// There is no index for each filter: each would cost every send, and an index of what changes, such as the status,
/// every change of it. So the account's entries, or those to one number, are walked in steps until the page is full or
/// the time is up; the page is what was found by then. Each step is a statement of its own, so that others get the
/// connection in between.
struct EntryLister: Sendable {
    let transactions: RequestTransactions
    let bounds: WalkBounds
    var now: @Sendable () -> ContinuousClock.Instant = { .now }

    /// A page of up to `limit` entries, and the entry after which the next page begins. Only where that is nil is this
    /// the last page, however few entries are on it.
    func page(
        _ filter: EntryFilter, limit: Int
    ) async throws -> (entries: ArraySlice<EntryRecord>, next: EntryID?) {
        let deadline = Deadline.in(transactions.storeDeadline)
        var time = now()
        var walk = EntryWalk(behind: filter.before, limit: limit, bounds: bounds, at: time)
        var rest = filter
        // The index of tags is searched once, after a step that did not fill the page: then nobody knows how far away
        // the next entry is. Where many entries have the tag, the first step finds enough.
        var maySearch = filter.tag != nil && filter.recipient == nil
        while !walk.isDone(at: time) {
            rest.before = walk.place
            do {
                if maySearch, walk.hasMoved {
                    maySearch = false
                    let entries = try await transactions.read(
                        FindTaggedEntries(rest, wanted: walk.wanted), within: bounds.tagTimeMax, until: deadline)
                    if let entries { walk.take(all: entries) }
                    time = now()
                } else {
                    let step = try await step(rest, walk, deadline)
                    let begun = time
                    time = now()
                    walk.take(step, took: begun.duration(to: time))
                }
            } catch let problem as Problem where problem.kind == .unavailable && walk.hasMoved {
                // What was found holds, and the next page may have better luck.
                break
            }
        }
        return walk.page
    }

    private func step(_ filter: EntryFilter, _ walk: EntryWalk, _ deadline: Deadline) async throws -> EntryStep {
        guard let recipient = filter.recipient else {
            return try await transactions.readInOrder(
                WalkEntries(filter, entriesMax: walk.entriesMax, wanted: walk.wanted), until: deadline)
        }
        return try await transactions.readInOrder(
            WalkEntriesToNumber(filter, to: recipient, entriesMax: walk.entriesMax, wanted: walk.wanted),
            until: deadline)
    }
}
