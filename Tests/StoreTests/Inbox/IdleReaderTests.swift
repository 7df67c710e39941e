import Domain
import PostgresClient
import Store
import Synchronization
import TestSupport
import Testing

/// Maintenance while somebody holds ACCESS SHARE on every partition and does nothing, as an analyst at lunch does.
struct IdleReaderTests {
    @Test func `it gives up, and no webhook meanwhile waits for a lock at all`() async throws {
        try await withReader { inbox, reader, expired in
            try await inbox.keepVacuumAway()
            // A wait of 5 ms for any lock refuses the webhook; maintenance that tried its luck would wait for 50.
            try await inbox.ingress.script("SET lock_timeout = '5ms'")
            let isOver = Atomic(false)
            async let stored = {
                defer { isOver.store(true, ordering: .relaxed) }
                var count: Int64 = 0
                for _ in 0..<200 { count += try await inbox.store(at: [Inbox.now, expired.adding(days: 30).noon]) }
                return count
            }()
            var outcomes: Set<String> = []
            repeat {
                outcomes.formUnion(try await inbox.makeDays().map(\.outcome))
                outcomes.formUnion(try await inbox.prune().map(\.outcome))
            } while !isOver.load(ordering: .relaxed)
            #expect(try await stored == 400)
            #expect(outcomes == ["busy"])

            try await reader.script("COMMIT")
            try await expectAllIsDone(inbox, expired: expired)
        }
    }

    @Test func `who comes after its look is waited for no longer than the functions' own 50 ms`() async throws {
        try await withReader { inbox, reader, expired in
            // As if the reader had come right after it.
            try await inbox.database.sql(
                "CREATE OR REPLACE FUNCTION ops.lasting_holder(relation regclass) RETURNS text LANGUAGE sql "
                    + "RETURN NULL::text")
            let made = try await inbox.makeDays()
            #expect(made.map(\.outcome) == ["busy"])
            #expect(made.map(\.detail) == ["canceling statement due to lock timeout"])
            // Its empty day needs the lock that is waited for; the one with webhooks is tried without a wait.
            let pruned = try await inbox.prune()
            #expect(pruned.map(\.outcome) == ["busy", "busy"])
            #expect(pruned.first?.detail == "empty days are not dropped: canceling statement due to lock timeout")
            #expect(pruned.last?.detail?.hasPrefix("could not obtain lock on relation") == true)
            #expect(
                try await inbox.database.sql(
                    """
                    SELECT p.proname, (SELECT s FROM unnest(p.proconfig) AS s WHERE s LIKE 'lock_timeout=%')
                    FROM pg_proc AS p
                    WHERE p.oid::regproc::text IN ('inbox.make_days', 'inbox.prune') ORDER BY 1
                    """) == ["make_days|lock_timeout=50ms", "prune|lock_timeout=50ms"])
            #expect(try await inbox.store(at: [Inbox.now]) == 1)

            try await reader.script("COMMIT")
            try await expectAllIsDone(inbox, expired: expired)
        }
    }

    /// With a missing day to make, an empty expired day to drop and another to empty; the reader sees all of them.
    private func withReader(_ body: (Inbox, Session, _ expired: CivilDate) async throws -> Void) async throws {
        try await withInbox { inbox in
            let today = Inbox.now.day
            let expired = today.adding(days: -50)
            for day in [expired, expired.adding(days: 1)] { try await inbox.addDay(day) }
            try await inbox.store(at: [expired.noon])
            try await inbox.settle(expired)
            try await inbox.database.sql("DROP TABLE \(today.adding(days: 3).partition)")
            let reader = Session(inbox.database.url)
            try await reader.script("BEGIN; SELECT count(*) FROM inbox.webhook")
            try await body(inbox, reader, expired)
            await reader.close()
        }
    }

    /// Once nobody is in the way: within a few calls, for an autovacuum may be.
    private func expectAllIsDone(_ inbox: Inbox, expired: CivilDate) async throws {
        _ = try await inbox.makeAllDays()
        try await eventually("the old days are gone") {
            _ = try await inbox.prune()
            let days = try await inbox.days()
            return !days.contains(expired.description) && !days.contains(expired.adding(days: 1).description)
        }
    }
}
