import PostgresClient

/// What webhooks became, without what depends on when and in which of its copies each came: the ids of webhooks, the
/// times of arrival, burial and matching.
struct FinalTables: Equatable, Sendable {
    var receipts: [String]
    var entries: [String]
    var attempts: [String]
    var log: [String]
    var otherEvents: [String]
    var inbound: [String]
    var dead: [String]

    /// Events that had their effect.
    var eventCount: Int { receipts.count + log.count + otherEvents.count + inbound.count }

    static func read(_ watch: Watch) async throws -> FinalTables {
        FinalTables(
            receipts: try await watch.run(Receipts()), entries: try await watch.run(Entries()),
            attempts: try await watch.run(Attempts()), log: try await watch.run(Log()),
            otherEvents: try await watch.run(OtherEvents()), inbound: try await watch.run(Inbound()),
            dead: try await watch.run(Dead()))
    }

    /// The first few lines in which they differ, for the comment of an expectation.
    func differences(from other: FinalTables) -> String {
        let pairs = [
            ("outbox.receipt", receipts, other.receipts), ("outbox.entry", entries, other.entries),
            ("outbox.attempt", attempts, other.attempts), ("sms_log.entry", log, other.log),
            ("sms_log.other_event", otherEvents, other.otherEvents), ("sms_log.inbound", inbound, other.inbound),
            ("queue.webhook_dead", dead, other.dead),
        ]
        var text = ""
        for (name, ours, theirs) in pairs where ours != theirs {
            let only = Set(ours).subtracting(theirs).sorted().prefix(5).map { "  here only:  \($0)" }
            let missing = Set(theirs).subtracting(ours).sorted().prefix(5).map { "  there only: \($0)" }
            text += "\n\(name): \(ours.count) against \(theirs.count) rows\n"
            text += (only + missing).joined(separator: "\n")
        }
        return text
    }
}

/// Rows as text.
private protocol RowTexts: Statement where Output == [String] {}

extension RowTexts {
    static var access: StatementAccess { .reads }

    func decode(_ rows: Rows) throws(PostgresError) -> [String] {
        try rows.map { row throws(PostgresError) in try row.text() }
    }
}

private struct Receipts: RowTexts {
    static let sql = """
        SELECT (r.id, r.provider, r.source, r.account, r.message_id, r.phone, r.status, r.result, r.reported_time,
                r.submitted_time, r.ext, r.price, r.size, r.rate, r.currency, r.content_hash, r.rank, r.attempt_id,
                r.entry_id)::text
        FROM outbox.receipt AS r ORDER BY r.id
        """
}

private struct Entries: RowTexts {
    // How often a state was computed depends on how its evidence came in batches; what was computed does not.
    static let sql = "SELECT (to_jsonb(e) - 'revision')::text FROM outbox.entry AS e ORDER BY e.id"
}

private struct Attempts: RowTexts {
    static let sql = "SELECT a::text FROM outbox.attempt AS a ORDER BY a.id"
}

private struct Log: RowTexts {
    static let sql = """
        SELECT (e.account, e.event_id, e.direction, e.user_name, e.user_email, e.user_number, e.user_number_raw,
                e.external_number, e.external_number_raw, e.external_name, e.external_email, e.occurred_at,
                e.occurred_at_raw, e.body, e.content_hash)::text
        FROM sms_log.entry AS e ORDER BY e.account, e.event_id
        """
}

private struct OtherEvents: RowTexts {
    static let sql = """
        SELECT (o.account, o.event_name, o.event_id, o.payload, o.content_hash)::text
        FROM sms_log.other_event AS o ORDER BY o.account, o.event_name, o.event_id
        """
}

private struct Inbound: RowTexts {
    static let sql = """
        SELECT (i.id, i.provider, i.account, i.message_id, i.from_number, i.from_number_raw, i.to_number,
                i.to_number_raw, i.body, i.reported_time, i.size, i.price, i.content_hash)::text
        FROM sms_log.inbound AS i ORDER BY i.id
        """
}

private struct Dead: RowTexts {
    static let sql = """
        SELECT (d.source, d.account, d.reason, d.detail, d.parser_version, d.method, d.path, d.query, d.content_type,
                d.body)::text
        FROM queue.webhook_dead AS d ORDER BY 1
        """
}
