import Domain
import PostgresClient
import Store
import TestSupport
import Testing

/// Days of the inbox go by `inbox.prune`, after 35 days.
struct PruneTests {
    @Test func `only days past retention of which nothing waits are emptied, and dropped by the next call`()
        async throws
    {
        try await withInbox { inbox in
            let today = Inbox.now.day
            let (settled, waiting, kept) = (
                today.adding(days: -50), today.adding(days: -49), today.adding(days: -5)
            )
            for day in [settled, waiting, kept] {
                try await inbox.addDay(day)
                try await inbox.store(at: [day.noon, day.noon])
            }
            for day in [settled, kept] { try await inbox.settle(day) }

            let days = try await inbox.prune()
            #expect(days.texts == ["\(settled) emptied 0", "\(waiting) waiting 0"])
            #expect(days.map(\.isPruned) == [true, false])
            #expect(days.last?.detail == "webhooks of that day still wait in queue.webhook")
            #expect(try await inbox.rows() == ["\(waiting.partition) 2", "\(kept.partition) 2"])
            // A call that drops does nothing else: its lock ends with it.
            #expect(try await inbox.prune().texts == ["\(settled) dropped 0"])
            #expect(try await inbox.days().filter { $0 < kept.description } == [waiting.description])

            try await inbox.settle(waiting)
            #expect(try await inbox.prune().texts == ["\(waiting) emptied 0"])
            #expect(try await inbox.prune().texts == ["\(waiting) dropped 0"])
            #expect(try await inbox.prune().texts == [])
            #expect(try await inbox.rows() == ["\(kept.partition) 2"])
            #expect(try await inbox.days().first == kept.description)
        }
    }

    @Test func `a day is kept until all of it is past retention`() async throws {
        try await withInbox { inbox in
            let day = Inbox.now.day.adding(days: -40)
            try await inbox.addDay(day)
            try await inbox.store(at: [day.noon])
            try await inbox.settle(day)
            func retention(endingAt moment: Timestamp) -> Duration {
                .microseconds(Inbox.now.microseconds - moment.microseconds)
            }
            #expect(try await inbox.prune(retention(endingAt: day.noon)).texts == [])
            #expect(
                try await inbox.prune(retention(endingAt: day.adding(days: 1).noon)).texts == ["\(day) emptied 0"])
        }
    }

    @Test func `a day is kept until this machine's clock says, too, that it is past retention`() async throws {
        try await withInbox { inbox in
            // As where the database's clock has leaped by sixteen days.
            let day = Inbox.now.day.adding(days: -50)
            try await inbox.addDay(day)
            try await inbox.store(at: [day.noon])
            try await inbox.settle(day)
            #expect(try await inbox.prune(behind: .seconds(16 * 86_400)).texts == [])
            #expect(try await inbox.rows() == ["\(day.partition) 1"])
            // A clock that is ahead alone removes nothing earlier.
            #expect(try await inbox.prune(.seconds(60 * 86_400), behind: .seconds(-16 * 86_400)).texts == [])
            #expect(try await inbox.prune().texts == ["\(day) emptied 0"])
        }
    }

    @Test func `a retention under a day is refused`() async throws {
        try await withInbox { inbox in
            try await inbox.store(at: [Inbox.now])
            #expect(try await inbox.prune(.seconds(3_600)).texts == ["- refused 0"])
            #expect(try await inbox.database.sql("SELECT count(*) FROM inbox.webhook") == ["1"])
        }
    }

    @Test func `what is past retention in the DEFAULT goes, what of it waits stays`() async throws {
        try await withInbox { inbox in
            let today = Inbox.now.day
            let (settled, waiting, young) = (
                today.adding(days: -60), today.adding(days: -59), today.adding(days: -20)
            )
            for day in [settled, waiting, young] { try await inbox.store(at: [day.noon, day.noon]) }
            for day in [settled, young] { try await inbox.settle(day) }
            #expect(try await inbox.rows() == ["inbox.webhook_default 6"])
            #expect(try await inbox.prune().texts == ["- deleted 2"])
            #expect(
                try await inbox.database.sql("SELECT DISTINCT ops.webhook_day(id) FROM inbox.webhook ORDER BY 1")
                    == [waiting.description, young.description])
            #expect(try await inbox.prune().texts == [])
        }
    }

    @Test func `a day into which a webhook came between the look and the lock is left alone`() async throws {
        try await withInbox { inbox in
            let day = Inbox.now.day.adding(days: -50)
            try await inbox.addDay(day)
            try await inbox.store(at: [day.noon])
            try await inbox.settle(day)
            // The prune writes the statement that locks once it has seen that nothing waits: there it stands at a gate.
            try await inbox.database.sql(
                """
                CREATE FUNCTION pg_catalog.format(words text, what regclass) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
                BEGIN
                    IF words LIKE 'LOCK TABLE %' THEN
                        -- However long: the prune itself waits for no lock.
                        PERFORM set_config('lock_timeout', '0', true);
                        PERFORM pg_advisory_xact_lock_shared(1);
                        PERFORM set_config('lock_timeout', '50ms', true);
                    END IF;
                    RETURN replace(words, '%s', what::text);
                END $$
                """)
            let gate = Session(inbox.database.url)
            try await gate.script("DO $$ BEGIN PERFORM pg_advisory_lock(1); END $$")
            async let pruned = inbox.prune()
            try await eventually("the prune is about to lock the day") {
                try await inbox.database.sql(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event = 'advisory'
                    """) == ["1"]
            }
            try await inbox.store(at: [day.noon])
            await gate.close()
            #expect(try await pruned.texts == ["\(day) waiting 0"])
            #expect(try await inbox.rows() == ["\(day.partition) 2"])
        }
    }

    @Test func `a day that somebody is writing to is left alone, until its webhooks wait`() async throws {
        try await withInbox { inbox in
            let day = Inbox.now.day.adding(days: -50)
            try await inbox.addDay(day)
            try await inbox.store(at: [day.noon])
            try await inbox.settle(day)
            try await inbox.ingress.script("BEGIN")
            try await inbox.store(at: [day.noon])
            #expect(try await inbox.prune().texts == ["\(day) busy 0"])
            try await inbox.ingress.script("COMMIT")
            #expect(try await inbox.prune().texts == ["\(day) waiting 0"])
            #expect(try await inbox.rows() == ["\(day.partition) 2"])
        }
    }
}
