import Dispatch
import Domain
import Store
import TestSupport
import Testing

@testable import Receiving

@Suite struct `Of two workers with evidence for one message` {
    private static let entry = EntryID(rawValue: 0x0190 << 112 | 1)
    private static let attempt = AttemptID(rawValue: 0x0191 << 112 | 1)

    @Test func `the second to write reads again what the first has learnt meanwhile`() async throws {
        try await withBed { bed in
            // The role waits a second for a lock, which a slow machine's test takes to look whether it waits.
            try await bed.database.sql(
                """
                DO $$ BEGIN
                    EXECUTE format('ALTER ROLE postroom_webhook_worker IN DATABASE %I SET lock_timeout = 0', current_database());
                    EXECUTE format(
                        'ALTER ROLE postroom_webhook_worker IN DATABASE %I SET idle_in_transaction_session_timeout = 0',
                        current_database());
                END $$
                """)
            try await bed.addEntries([(Self.entry, Self.attempt, nil)])
            try await bed.store([
                Reported(messageID: Self.attempt.description, status: "2").webhook(second: 1, random: 1),
                Reported(messageID: Self.attempt.description, status: "5", time: "2026-11-21 11:00:00").webhook(
                    second: 2, random: 2),
            ])
            let gate = DispatchSemaphore(value: 0)
            async let first = bed.batch(1) { gate.wait() }
            defer { gate.signal() }
            // The first has written the message and not committed.
            try await eventually(within: .seconds(60), "the first is done but for its commit") {
                try await bed.database.sql(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE '%queue.webhook%'
                    """) == ["1"]
            }
            async let second = bed.batch(1)
            // The second has read it as it was before that, and waits to write it.
            try await eventually(within: .seconds(60), "the second waits for the first") {
                try await bed.database.sql(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%UPDATE outbox.entry%'
                    """) == ["1"]
            }
            gate.signal()
            #expect(try await first.processed == 1)
            #expect(try await second.processed == 1)
            #expect(
                try await bed.database.sql("SELECT status, delivery_state, revision FROM outbox.entry")
                    == ["sent|delivered|2"])
            #expect(
                try await bed.database.sql("SELECT count(*) FROM outbox.receipt WHERE entry_id IS NOT NULL") == ["2"])
        }
    }
}
