import Domain
import PostgresClient
import Store
import TestSupport
import Testing

@testable import OutboxAPI

@Suite struct AcceptGroupTests {
    private func candidates(_ count: Int) throws -> [SendCandidate] {
        try (0..<count).map { place in
            SendCandidate(
                id: EntryID(at: Timestamp(microseconds: 1_800_000_000_000_000), random: (0, UInt64(place))),
                account: "default", userID: "u", idempotencyKey: place % 2 == 0 ? "k\(place)" : nil,
                request: SendRequest(
                    recipient: try #require(PhoneNumber(e164: "+254712345678")), message: "x", senderID: "S",
                    userID: nil, messageID: nil, messageName: nil, scheduledAt: nil, validForSeconds: nil,
                    priority: .normal, tags: [], customData: "{}"))
        }
    }

    @Test func `a group that is tried again after a commit in doubt is stored once and answered as accepted`()
        async throws
    {
        try await APIBed.run { bed in
            let candidates = try candidates(6)
            let configuration = ConnectionConfiguration(connectionString: bed.database.url(user: "postroom_api"))
            let (first, second, third) = try await OwnThread().run {
                let connection = try Connection.open(configuration, deadline: .in(.seconds(60)))
                var cache = AcceptCache()
                func run(_ candidates: [SendCandidate]) throws -> [SendAnswer] {
                    let group = AcceptGroup(
                        candidates: candidates, isInDoubt: true, provider: "nxtele", waitMax: .seconds(60))
                    return try #require(try group.look(&cache, on: connection, deadline: .in(.seconds(60))))
                }
                // Also where only some of them had been in the try that came through.
                return (try run(Array(candidates.prefix(4))), try run(candidates), try run(candidates))
            }
            #expect(Array(second.prefix(4)) == first)
            #expect(second == third)
            for (answer, candidate) in zip(second, candidates) {
                guard case .accepted(let entry) = answer else { return #expect(Bool(false), "\(answer)") }
                #expect(entry.id == candidate.id)
            }
            #expect(
                try await bed.sql(
                    "SELECT count(*), min(seq), max(seq), count(DISTINCT entry_id) FROM billing.ledger_entry")
                    == ["6|1|6|6"])
            #expect(try await bed.sql("SELECT count(*) FROM queue.send") == ["6"])
        }
    }

    @Test func `a send whose commit broke off is tried again, and stored once`() async throws {
        try await APIBed.run { bed in
            // At the end of the first transaction that stores an entry its own connection is cut.
            _ = try await bed.sql(
                """
                CREATE SEQUENCE public.commits;
                CREATE FUNCTION public.cut_first() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN
                    IF nextval('public.commits') <= 2 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
                    RETURN NULL;
                END $$;
                CREATE CONSTRAINT TRIGGER cut_first AFTER INSERT ON outbox.entry DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION public.cut_first();
                """)
            let answer = try await bed.send()
            #expect(answer.status == 201, "\(answer.http.text)")
            #expect(try await bed.sql("SELECT last_value FROM public.commits") == ["3"])
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["1"])
            #expect(try await bed.sql("SELECT seq, amount FROM billing.ledger_entry") == ["1|-0.0125"])
        }
    }

    @Test func `a commit that stays in doubt is said to be, and the same messageId finds out`() async throws {
        try await APIBed.run({ $0.storeDeadline = .seconds(2) }) { bed in
            _ = try await bed.sql(
                """
                CREATE FUNCTION public.cut() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON outbox.entry DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION public.cut();
                """)
            let answer = try await bed.send(#""messageId":"m""#)
            #expect(answer.status == 503)
            #expect(answer.text("type") == "unconfirmed")
            #expect(answer.http.headers["retry-after"] != nil)
            _ = try await bed.sql("DROP TRIGGER cut ON outbox.entry")
            #expect(try await bed.send(#""messageId":"m""#).status == 201)
        }
    }

    @Test func `one send that Postgres refuses leaves no other unanswered where their commit is in doubt`() async throws
    {
        try await APIBed.run { bed in
            let candidates = try candidates(5)
            // The first commit is cut; from then on one of them cannot be stored.
            _ = try await bed.sql(
                """
                CREATE SEQUENCE public.commits;
                CREATE FUNCTION public.cut_first() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN
                    IF nextval('public.commits') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
                    RETURN NULL;
                END $$;
                CREATE CONSTRAINT TRIGGER cut_first AFTER INSERT ON outbox.entry DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION public.cut_first();
                CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN
                    IF (SELECT is_called FROM public.commits) THEN RAISE SQLSTATE '22003'; END IF;
                    RETURN NEW;
                END $$;
                CREATE TRIGGER refuse BEFORE INSERT ON outbox.entry
                    FOR EACH ROW WHEN (NEW.idempotency_key = 'k2') EXECUTE FUNCTION public.refuse();
                """)
            let pending = PendingSends(itemsMax: 5, bytesMax: 1 << 20)
            let writer = bed.writer(pending)
            let (additions, added) = AsyncStream.makeStream(of: Bool.self)
            let answers = await withTaskGroup(of: (EntryID, SendAnswer).self) { tasks in
                for candidate in candidates {
                    tasks.addTask {
                        let answer = await withCheckedContinuation { continuation in
                            let item = PendingSend(
                                candidate: candidate, deadline: .in(.seconds(60)), continuation: continuation)
                            added.yield(pending.add(item))
                        }
                        return (candidate.id, answer)
                    }
                }
                // All of them are one group.
                for await hasRoom in additions.prefix(candidates.count) { #expect(hasRoom) }
                pending.close()
                await writer.run()
                return await tasks.reduce(into: [EntryID: SendAnswer]()) { $0[$1.0] = $1.1 }
            }
            for (place, candidate) in candidates.enumerated() {
                if place == 2 {
                    #expect(answers[candidate.id] == .unconfirmed)
                } else if case .accepted(let entry) = answers[candidate.id] {
                    #expect(entry.id == candidate.id)
                } else {
                    Issue.record("\(place): \(String(describing: answers[candidate.id]))")
                }
            }
            #expect(try await bed.sql("SELECT count(*), count(DISTINCT id) FROM outbox.entry") == ["4|4"])
            #expect(try await bed.sql("SELECT count(*), count(DISTINCT entry_id) FROM billing.ledger_entry") == ["4|4"])
        }
    }

    @Test func `one send that Postgres refuses harms no other`() async throws {
        try await APIBed.run { bed in
            _ = try await bed.sql("ALTER TABLE outbox.entry ADD CONSTRAINT odd CHECK (message <> 'odd')")
            let answers = try await withThrowingTaskGroup(of: (Bool, APIAnswer).self) { tasks in
                for index in 0..<20 {
                    let isOdd = index % 5 == 0
                    tasks.addTask { (isOdd, try await bed.send(isOdd ? #""message":"odd""# : "")) }
                }
                return try await tasks.reduce(into: [(Bool, APIAnswer)]()) { $0.append($1) }
            }
            for (isOdd, answer) in answers {
                #expect(answer.status == (isOdd ? 500 : 201), "\(answer.http.text)")
                if isOdd { #expect(answer.text("type") == "internal-error") }
            }
            #expect(try await bed.sql("SELECT count(*) FROM outbox.entry") == ["16"])
        }
    }
}
