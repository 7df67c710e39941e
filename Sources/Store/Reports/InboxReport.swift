import Domain
import PostgresClient

/// What each webhook since a moment became, in the order of intake. Reads raw rows: for a newcomer's first look.
package struct InboxReport: TextReport {
    /// Headings.
    package static let columns = ["source", "method", "bytes", "became"]
    package static let sql = """
        SELECT w.source, w.method, (length(w.query) + length(w.body))::text,
               CASE
                   WHEN EXISTS (SELECT FROM outbox.receipt AS r WHERE r.webhook_id = w.id) THEN 'a new receipt'
                   WHEN EXISTS (SELECT FROM sms_log.entry AS e WHERE e.webhook_id = w.id) THEN 'a new log entry'
                   WHEN EXISTS (SELECT FROM queue.webhook_dead AS d WHERE d.webhook_id = w.id) THEN 'a dead letter'
                   WHEN EXISTS (SELECT FROM queue.webhook AS q WHERE q.webhook_id = w.id) THEN 'waits'
                   ELSE 'nothing new: a duplicate'
               END
        FROM inbox.webhook AS w
        WHERE w.id >= $1
        ORDER BY w.id
        LIMIT 100
        """
    let since: WebhookID

    /// Reports from an id on.
    package init(since: WebhookID) { self.since = since }

    package func bind(_ parameters: inout Parameters) { parameters.append(uuid: since.rawValue) }
}

/// Receipts and where they belong, the latest first.
package struct ReceiptReport: TextReport {
    /// Headings.
    package static let columns = ["message id", "status", "result", "reported", "price x size x rate", "belongs to"]
    package static let sql = """
        SELECT r.message_id, r.status, r.result, r.reported_time || coalesce(' (clock ' || r.clock_ahead || ' ahead)', ''),
               concat_ws(' ', concat_ws(' x ', r.price, r.size, r.rate), r.currency),
               coalesce('entry ' || r.entry_id, 'parked: no such attempt yet')
        FROM outbox.receipt AS r
        ORDER BY r.received_at DESC
        LIMIT 20
        """

    /// Reports them.
    package init() {}
}

/// Onoff's log, the latest first.
package struct LogReport: TextReport {
    /// Headings.
    package static let columns = ["account", "event", "direction", "user", "external", "occurred", "body"]
    package static let sql = """
        SELECT e.account, e.event_id, e.direction, e.user_number, e.external_number,
               to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"'), e.body
        FROM sms_log.entry AS e
        ORDER BY e.received_at DESC
        LIMIT 20
        """

    /// Reports it.
    package init() {}
}

/// Entries of the outbox and their states, the latest first.
package struct OutboxReport: TextReport {
    /// Headings.
    package static let columns = ["entry", "recipient", "status", "delivery state", "delivered at"]
    package static let sql = """
        SELECT e.id::text, e.recipient_phone_number, e.status, e.delivery_state,
               to_char(e.delivered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"')
        FROM outbox.entry AS e
        ORDER BY e.created_at DESC
        LIMIT 20
        """

    /// Reports them.
    package init() {}
}

/// That nothing disappeared: accepted = waiting + processed + dead + discarded.
package struct ConservationReport: TextReport {
    /// Headings.
    package static let columns = [
        "source", "day", "accepted", "waiting", "processed", "dead", "discarded", "difference",
    ]
    package static let sql = """
        SELECT c.source, c.intake_day::text, c.accepted::text, c.waiting::text, c.processed::text, c.dead::text,
               c.discarded::text, c.difference::text
        FROM monitor.conservation AS c
        ORDER BY c.source, c.intake_day
        """

    /// Reports it.
    package init() {}
}

/// The ledger, in order.
package struct LedgerReport: TextReport {
    /// Headings.
    package static let columns = ["account", "seq", "kind", "amount", "balance", "entry"]
    package static let sql = """
        SELECT shown.account, shown.seq::text, shown.kind, shown.amount, shown.balance, shown.entry
        FROM (
            SELECT l.account, l.seq, l.kind, trim_scale(l.amount)::text AS amount,
                   trim_scale(l.balance_after)::text AS balance, l.entry_id::text AS entry
            FROM billing.ledger_entry AS l
            ORDER BY l.created_at DESC, l.seq DESC
            LIMIT 20
        ) AS shown
        ORDER BY shown.account, shown.seq
        """

    /// Reports it.
    package init() {}
}
