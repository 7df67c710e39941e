import PostgresClient
import TestSupport
import Testing

/// That everything answered 200 ends in the inbox, once, and everything in the inbox is processed, with one effect: also
/// what took a detour, and also where nothing of it is to be seen yet.
///
/// - Parameter mayRepeat: whether somebody before the ingress, such as a balancer, may have handed the webhook of a mark in
///   twice. It is stored twice then, and still has one effect.
/// - Returns: what the view said then.
@discardableResult
func expectAllInTheEnd(
    _ stored: [String], url: String, within limit: Duration = .seconds(90),
    mayRepeat: (String) -> Bool = { _ in false }
) async throws -> Conservation {
    #expect(!stored.isEmpty)
    let watch = Watch(url)
    let promised = Set(stored)
    try await eventually(within: limit, every: .milliseconds(200), "all that was answered is stored") {
        promised.subtracting(try await watch.run(ReadStoredMarks())).isEmpty
    }
    try await eventually(within: limit, every: .milliseconds(100), "all of it is processed") {
        try await watch.conservation().waiting == 0
    }
    let marks = try await watch.run(ReadStoredMarks())
    let distinct = Set(marks)
    let once = marks.filter { !mayRepeat($0) }
    #expect(Set(once).count == once.count, "a webhook is stored twice")
    let counted = try await watch.conservation()
    #expect(counted.difference == 0 && counted.differenceDead == 0 && counted.dead == 0, "\(counted)")
    #expect(counted.processed == counted.accepted && counted.accepted >= Int64(marks.count), "\(counted)")
    // Each mark is another event: what was applied twice would be a duplicate, what was not would be missing.
    let effects = try await watch.run(CountMarkedEffects())
    #expect(effects == Int64(distinct.count), "\(effects) effects of \(distinct.count) webhooks")
    await watch.close()
    return counted
}

/// How many of the webhooks that were answered 200 are not stored, and how many had their effect twice.
func readEnding(_ stored: [String], _ watch: Watch) async throws -> (lost: Int, doubled: Int) {
    let distinct = Set(try await watch.run(ReadStoredMarks()))
    let effects = Int(try await watch.run(CountMarkedEffects()))
    return (Set(stored).subtracting(distinct).count, max(0, effects - distinct.count))
}

/// The marks of ``Load`` in raw webhooks, in whichever part they came.
private struct ReadStoredMarks: Statement {
    static let access = StatementAccess.reads
    static let sql = """
        SELECT m.mark
        FROM inbox.webhook AS w
        CROSS JOIN LATERAL (
            SELECT substring(encode(coalesce(w.query, '') || w.body, 'escape') FROM 'mark-[0-9]+-[0-9]+-end') AS mark
        ) AS m
        WHERE m.mark IS NOT NULL
        """

    func decode(_ rows: Rows) throws(PostgresError) -> [String] {
        try rows.map { row throws(PostgresError) in try row.text() }
    }
}

/// What became of marked webhooks: entries of Onoff's log by their id, receipts by their message's.
private struct CountMarkedEffects: Statement {
    static let access = StatementAccess.reads
    static let sql = """
        SELECT (SELECT count(*) FROM sms_log.entry AS e WHERE e.event_id LIKE 'mark-%')
             + (SELECT count(*) FROM outbox.receipt AS r WHERE r.message_id LIKE 'mark-%')
        """

    func decode(_ rows: Rows) throws(PostgresError) -> Int64 {
        try rows.single { row throws(PostgresError) in try row.int64() }
    }
}
