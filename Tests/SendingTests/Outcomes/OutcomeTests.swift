import Domain
import Providers
import TestSupport
import Testing

@testable import Sending

@Suite struct `What a call brings` {
    @Test func `every accepted send is with the provider once, and its receipt is waited for`() async throws {
        try await withSendBed { bed in
            try await bed.add(300)
            try await bed.workUntilIdle()
            #expect(try await bed.attempts() == [String](repeating: "accepted|t|0", count: 300))
            #expect(try await bed.entries() == [String](repeating: "pending|accepted|0.10", count: 300))
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            #expect(
                try await bed.rows(
                    """
                    SELECT count(*), bool_and(due_at BETWEEN now() + interval '50 minutes' AND now() + interval '1 hour'),
                           bool_and(deadline_at > now() + interval '71 hours')
                    FROM queue.lookup
                    """) == ["300|t|t"])
            let ids = try await bed.rows("SELECT id FROM outbox.attempt ORDER BY 1")
            #expect(await bed.accepted().sorted() == ids)
            #expect(
                try await bed.rows(
                    "SELECT count(*) FROM outbox.attempt WHERE number = 1 AND provider_message_id <> '' "
                        + "AND dispatched_at <= settled_at") == ["300"])
            #expect(try await bed.ledgerHolds())
        }
    }

    @Test func `an accepted send is sent where the provider sends no receipts, and none is waited for`() async throws {
        try await withSendBed { bed in
            _ = try await bed.rows("UPDATE ops.provider SET sends_receipts = false")
            try await bed.add(1)
            try await bed.workUntilIdle()
            #expect(try await bed.entries() == ["sent|accepted|0.10"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.lookup") == ["0"])
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var script: String
        var attempt: String
        var entry: String
        /// `tries|counted` of the row in the queue, and the bounds of the seconds until it is due; nil: it is gone.
        var queued: (counts: String, dueFrom: Int, dueTo: Int)?
        var accepted = 0
        /// The code of the pause that it brings.
        var paused: String?
        var testDescription: String { script }
    }

    @Test(arguments: [
        Case(script: "code:4=1", attempt: "rejected|t|4", entry: "failed|rejected|0.00"),
        Case(script: "code:1234=1", attempt: "rejected|t|1234", entry: "failed|rejected|0.00"),
        Case(script: "code:88=1", attempt: "not_sent|t|88", entry: "pending|queued|0.10", queued: ("1|1", -10, 5)),
        Case(
            script: "http503=1,retry-after=200s", attempt: "not_sent|t|", entry: "pending|queued|0.10",
            queued: ("1|1", 150, 200)),
        Case(script: "code:28=1", attempt: "not_sent|f|28", entry: "pending|queued|0.10", queued: ("1|0", -20, 2)),
        Case(script: "code:27=1", attempt: "not_sent|f|27", entry: "pending|queued|0.10", queued: ("1|0", 550, 1200)),
        Case(script: "code:1004=1", attempt: "not_sent|f|1004", entry: "pending|queued|0.10", queued: ("1|0", -20, 2)),
        Case(script: "code:26=1", attempt: "not_sent|f|26", entry: "pending|queued|0.10", queued: ("1|0", 250, 600)),
        Case(
            script: "code:3=1", attempt: "not_sent|f|3", entry: "pending|queued|0.10", queued: ("1|0", -20, 1),
            paused: "3"
        ),
        Case(
            script: "http404=1", attempt: "not_sent|f|", entry: "pending|queued|0.10", queued: ("1|0", -20, 1),
            paused: "HTTP 404"),
        Case(script: "http301=1", attempt: "unclear|t|", entry: "pending|unclear|0.10", paused: "HTTP 301"),
        Case(script: "drop=1", attempt: "unclear|t|", entry: "pending|unclear|0.10", accepted: 1),
        Case(script: "lost=1", attempt: "unclear|t|", entry: "pending|unclear|0.10"),
        Case(script: "garbage=1", attempt: "unclear|t|", entry: "pending|unclear|0.10", accepted: 1),
    ])
    func `each class has its state, its count and its wait`(one: Case) async throws {
        try await withSendBed(one.script) { bed in
            // What is to be tried again is due an hour later than it would be, so that no second try comes before the look.
            _ = try await bed.rows(
                """
                CREATE FUNCTION public.later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    NEW.due_at := NEW.due_at + interval '1 h';
                    RETURN NEW;
                END $$;
                CREATE TRIGGER later BEFORE INSERT OR UPDATE ON queue.send
                    FOR EACH ROW WHEN (NEW.tries > 0 AND NEW.lease_owner IS NULL) EXECUTE FUNCTION public.later()
                """)
            try await bed.add(1)
            try await bed.work("the attempt is settled") {
                try await bed.rows("SELECT count(*) FROM outbox.attempt WHERE state <> 'dispatched'") == ["1"]
            }
            #expect(try await bed.attempts().first == one.attempt)
            #expect(try await bed.entries() == [one.entry])
            #expect(await bed.accepted().count == one.accepted)
            let queue = try await bed.rows(
                """
                SELECT tries, counted, fence, attempt_id IS NULL AND lease_until IS NULL,
                       extract(epoch FROM due_at - interval '1 h' - now())::integer
                FROM queue.send
                """)
            if let queued = one.queued {
                let row = (queue.first ?? "").split(separator: "|").map(String.init)
                let counts = [String(queued.counts.prefix(1)), String(queued.counts.suffix(1))]
                #expect(Array(row.prefix(4)) == counts + ["1", "t"])
                let due = row.last.flatMap { Int($0) } ?? -1_000
                #expect(due >= queued.dueFrom && due <= queued.dueTo, "due in \(due) s")
            } else {
                #expect(queue == [])
            }
            let isUnclear = one.attempt.hasPrefix("unclear")
            #expect(
                try await bed.rows("SELECT count(*) FROM queue.lookup WHERE deadline_at > now() + interval '23 hours'")
                    == [isUnclear ? "1" : "0"])
            #expect(
                try await bed.rows("SELECT kind, code FROM ops.provider_event")
                    == (one.paused.map { ["paused|\($0)"] } ?? []))
            #expect(try await bed.ledgerHolds())
        }
    }

    @Test func `an answer that comes too late is unclear`() async throws {
        try await withSendBed("hang=1,hang-time=60s") { bed in
            try await bed.add(1)
            try await bed.work("the attempt is settled", { $0.sendTimeout = .milliseconds(500) }) {
                try await bed.rows("SELECT count(*) FROM outbox.attempt WHERE state = 'unclear'") == ["1"]
            }
            #expect(await bed.accepted().count == 1)
        }
    }

    @Test func `where nobody listens nothing was written, and it does not count`() async throws {
        try await withSendBed { bed in
            try await bed.add(3)
            let port = try freePort()
            try await bed.work(
                "the attempts are settled",
                {
                    $0.providerURL = "http://127.0.0.1:\(port)"; $0.sendTimeout = .seconds(1)
                }
            ) {
                try await bed.rows("SELECT count(DISTINCT entry_id) FROM outbox.attempt WHERE state = 'not_sent'") == [
                    "3"
                ]
            }
            #expect(try await bed.rows("SELECT DISTINCT state, counts FROM outbox.attempt") == ["not_sent|f"])
            #expect(try await bed.rows("SELECT sum(counted) FROM queue.send") == ["0"])
            #expect(try await bed.rows("SELECT DISTINCT status, retry_count FROM outbox.entry") == ["pending|0"])
        }
    }

    @Test func `retries stop at the cap, each an attempt of its own, and the charge is refunded`() async throws {
        try await withSendBed("code:88=1") { bed in
            let ids = try await bed.add(2)
            _ = try await bed.rows(
                "INSERT INTO billing.account (name, kind, currency, max_automatic_retries) "
                    + "VALUES ('patient', 'postpaid', 'USD', 5)")
            try await bed.add(1) { $0.account = "patient" }
            let noWait = RetryPolicy(maxAutomaticRetries: 2, base: .zero, cap: .zero)
            try await bed.work("all are settled", { $0.retry = noWait }) {
                try await bed.rows("SELECT count(*) FROM queue.send") == ["0"]
            }
            #expect(try await bed.entries() == [String](repeating: "failed|rejected|0.00", count: 3))
            #expect(
                try await bed.rows(
                    "SELECT string_agg(number || a.state, ' ' ORDER BY number), max(e.retry_count) "
                        + "FROM outbox.attempt AS a JOIN outbox.entry AS e ON e.id = a.entry_id "
                        + "GROUP BY entry_id ORDER BY entry_id")
                    == [
                        "1not_sent 2not_sent 3rejected|2", "1not_sent 2not_sent 3rejected|2",
                        "1not_sent 2not_sent 3not_sent 4not_sent 5not_sent 6rejected|5",
                    ])
            #expect(
                try await bed.rows("SELECT DISTINCT error_details FROM outbox.entry")
                    == ["The provider failed, and no automatic retry is left (code 88)."])
            #expect(
                try await bed.rows("SELECT count(*) FROM billing.ledger_entry WHERE kind = 'refund'") == ["3"])
            #expect(try await bed.ledgerHolds())
            #expect(ids.count == 2)
        }
    }
}
