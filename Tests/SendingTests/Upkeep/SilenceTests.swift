import Domain
import Store
import TestSupport
import Testing

@testable import Runtime
@testable import Sending

@Suite struct `A worker that has fallen silent` {
    /// Heartbeats of a process, so many seconds apart. Of one that lives, up to long after the test, as it is not to matter
    /// how long that takes.
    private func beat(_ worker: TestWorker, _ bed: SendBed, every seconds: Int = 5, from: String, to: String)
        async throws
    {
        _ = try await bed.rows(
            """
            INSERT INTO ops.process (process_id, seen_at, executable, version, host, pid, started_at, claimed)
            SELECT '\(uuidText(worker.owner))', at, 'postroom-send-worker', '1', 'h', 1, now(), 0
            FROM generate_series(now() + interval '\(from)', now() + interval '\(to)', interval '\(seconds) s') AS at
            """)
    }

    /// A worker that is heard, and has been for a while.
    private func heard(_ bed: SendBed, every seconds: Int = 5, to: String = "30 minutes") async throws -> TestWorker {
        let worker = bed.worker()
        try await beat(worker, bed, every: seconds, from: "-2 minutes", to: to)
        return worker
    }

    /// A worker with two sends in its hands for 31 s, whose leases last for long.
    private func holder(_ bed: SendBed) async throws -> (TestWorker, [LeasedClaim<ClaimedSend>]) {
        try await bed.add(2)
        let worker = bed.worker()
        let claims = await worker.claim()
        #expect(claims.count == 2)
        _ = try await bed.rows(
            """
            UPDATE outbox.attempt SET dispatched_at = now() - interval '31 seconds'
            WHERE id IN (SELECT attempt_id FROM queue.send WHERE lease_owner = '\(uuidText(worker.owner))');
            UPDATE queue.send SET lease_until = now() + interval '1 hour'
            WHERE lease_owner = '\(uuidText(worker.owner))'
            """)
        return (worker, claims)
    }

    /// More sends than a page has, in a worker's hands for 31 s, with leases that last for so long. Not by claims: one of so
    /// many is one transaction, which a busy machine may not do in its time.
    private func give(_ worker: TestWorker, _ bed: SendBed, for span: String) async throws -> [EntryID] {
        var given: [EntryID] = []
        // They are the text of a command.
        while given.count <= Int(SendRescue.rowsMax) { given += try await bed.add(100) }
        _ = try await bed.rows(
            """
            WITH held AS (
                UPDATE queue.send
                SET lease_owner = '\(uuidText(worker.owner))', lease_until = now() + interval '\(span)', fence = 1,
                    attempt_id = gen_random_uuid()
                WHERE lease_owner IS NULL
                RETURNING entry_id, attempt_id
            )
            INSERT INTO outbox.attempt (id, entry_id, cycle, number, provider, recipient_phone_number, state, prepared_at,
                                        dispatched_at)
            SELECT h.attempt_id, h.entry_id, 0, 1, 'nxtele', e.recipient_phone_number, 'dispatched', e.created_at,
                   now() - interval '31 seconds'
            FROM held AS h
            JOIN outbox.entry AS e ON e.id = h.entry_id
            """)
        return given
    }

    private func leased(_ bed: SendBed) async throws -> [String] {
        try await bed.rows("SELECT count(*) FROM queue.send WHERE lease_owner IS NOT NULL")
    }

    @Test func `loses its leases before they end, and nothing else is called until then`() async throws {
        try await withSendBed("silent=1") { bed in
            let (worker, _) = try await holder(bed)
            try await beat(worker, bed, from: "-90 seconds", to: "-31 seconds")
            let rescuer = bed.worker {
                // Long past, and another attempt allowed.
                $0.lookups.unclearDeadline = .seconds(1)
                $0.unclearPolicy = .retry
                $0.lookups.unclearAfter = .zero
            }
            try await beat(rescuer, bed, from: "-2 minutes", to: "30 minutes")
            // Not by the leases' ends.
            try await rescuer.rescue.freeEnded()
            #expect(try await leased(bed) == ["2"])
            try await rescuer.rescue.freeSilent()
            #expect(try await bed.attempts() == ["unclear|t|", "unclear|t|"])
            #expect(try await bed.entries() == [String](repeating: "pending|unclear|0.10", count: 2))
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            #expect(
                try await bed.rows(
                    "SELECT count(*) FROM queue.lookup WHERE deadline_at > now() + interval '50 minutes'")
                    == ["2"])
            // The provider is asked, knows nothing of them, and that proves nothing.
            try await bed.makeDue()
            try await rescuer.lookups.run()
            #expect(try await bed.rows("SELECT min(tries) FROM queue.lookup") == ["1"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
            #expect(try await bed.entries() == [String](repeating: "pending|unclear|0.10", count: 2))
            // Once the leases would be over the policy holds.
            _ = try await bed.rows(
                "UPDATE queue.lookup SET due_at = now(), deadline_at = deadline_at - interval '2 hours'")
            try await rescuer.lookups.run()
            #expect(try await bed.rows("SELECT count(*) FROM queue.send WHERE lease_owner IS NULL") == ["2"])
            await worker.end()
            await rescuer.end()
        }
    }

    @Test func `is not what an ended lease is due to, whosever it was`() async throws {
        try await withSendBed { bed in
            let (worker, claims) = try await holder(bed)
            try await beat(worker, bed, from: "-90 seconds", to: "-31 seconds")
            let rescuer = try await heard(bed)
            let ended = claims[0].send.entryID
            _ = try await bed.rows(
                "UPDATE queue.send SET lease_until = now() - interval '1 second' WHERE entry_id = '\(ended)'")
            try await rescuer.rescue.freeSilent()
            let left = "SELECT entry_id FROM queue.send WHERE lease_owner IS NOT NULL"
            #expect(try await bed.rows(left) == ["\(ended)"])
            try await rescuer.rescue.freeEnded()
            #expect(try await bed.rows(left) == [])
            for one in [worker, rescuer] { await one.end() }
        }
    }

    @Test func `may live, and what its calls bring still counts`() async throws {
        try await withSendBed { bed in
            let (worker, claims) = try await holder(bed)
            try await beat(worker, bed, from: "-90 seconds", to: "-31 seconds")
            let rescuer = try await heard(bed)
            try await rescuer.rescue.freeSilent()
            #expect(try await bed.attempts() == ["unclear|t|", "unclear|t|"])
            await worker.record(claims[0].send, .accepted(providerMessageID: "m1"), code: "0")
            await worker.record(claims[1].send, .wait(.notWritten, retryAfter: nil))
            #expect(try await bed.attempts().sorted() == ["accepted|t|0", "not_sent|f|"])
            #expect(
                try await bed.rows("SELECT entry_id, lease_owner FROM queue.send") == ["\(claims[1].send.entryID)|"])
            #expect(try await bed.ledgerHolds())
            await worker.end()
            await rescuer.end()
        }
    }

    @Test func `is not one that is heard, or has claimed, within half a minute`() async throws {
        try await withSendBed { bed in
            let (worker, _) = try await holder(bed)
            let rescuer = try await heard(bed)
            try await beat(worker, bed, from: "-90 seconds", to: "30 minutes")
            try await rescuer.rescue.freeSilent()
            #expect(try await leased(bed) == ["2"])
            // Its heartbeats do not get through, its claims do.
            _ = try await bed.rows(
                """
                DELETE FROM ops.process
                WHERE process_id = '\(uuidText(worker.owner))' AND seen_at > now() - interval '31 seconds';
                UPDATE outbox.attempt SET dispatched_at = now() + interval '30 minutes'
                """)
            try await rescuer.rescue.freeSilent()
            #expect(try await leased(bed) == ["2"])
            await worker.end()
            await rescuer.end()
        }
    }

    @Test func `is found though the database's clock was ahead, and its leases end all the same`() async throws {
        try await withSendBed { bed in
            let (worker, _) = try await holder(bed)
            try await beat(worker, bed, from: "-90 seconds", to: "-31 seconds")
            let rescuer = try await heard(bed, to: "5 minutes")
            // Both were heard an hour ahead.
            for one in [worker, rescuer] { try await beat(one, bed, from: "59 minutes", to: "60 minutes") }
            try await rescuer.rescue.freeEnded()
            #expect(try await leased(bed) == ["2"])
            try await rescuer.rescue.freeSilent()
            #expect(try await leased(bed) == ["0"])
            // Others were claimed then, by whom nobody knows.
            let ahead = try await give(worker, bed, for: "59 minutes")
            let current = try await give(rescuer, bed, for: "9 minutes")
            try await eventually(within: .seconds(120), "a pass comes to its end") {
                (try? await rescuer.rescue.freeAhead()) != nil
            }
            #expect(
                try await bed.rows("SELECT entry_id FROM queue.send WHERE lease_owner IS NOT NULL ORDER BY 1")
                    == current.map { "\($0)" }.sorted())
            #expect(
                try await bed.rows("SELECT count(*) FROM outbox.attempt WHERE state = 'unclear'") == [
                    "\(ahead.count + 2)"
                ])
            for one in [worker, rescuer] { await one.end() }
        }
    }

    /// Where Postgres was away, all were silent.
    @Test(arguments: [
        (every: 5, from: "-10 minutes", to: "-31 seconds"),  // it is itself
        (every: 5, from: "1 minute", to: "30 minutes"),  // it is there for too short a time
        (every: 10, from: "-2 minutes", to: "30 minutes"),  // there were gaps
    ])
    func `is not found by who was not heard all the time himself`(every: Int, from: String, to: String) async throws {
        try await withSendBed { bed in
            let (worker, _) = try await holder(bed)
            try await beat(worker, bed, from: "-90 seconds", to: "-31 seconds")
            let rescuer = bed.worker()
            try await beat(rescuer, bed, every: every, from: from, to: to)
            try await rescuer.rescue.freeSilent()
            #expect(try await leased(bed) == ["2"])
            // Another was.
            let other = try await heard(bed, every: 8)
            try await other.rescue.freeSilent()
            #expect(try await leased(bed) == ["0"])
            for one in [worker, rescuer, other] { await one.end() }
        }
    }

    @Test func `is found among many, and its rows among those of the living`() async throws {
        try await withSendBed { bed in
            let living = bed.worker()
            try await beat(living, bed, from: "-90 seconds", to: "30 minutes")
            // Their leases end first.
            let kept = try await give(living, bed, for: "30 minutes")
            let silent = bed.worker()
            let lost = try await give(silent, bed, for: "1 hour")
            _ = try await bed.rows(
                """
                INSERT INTO ops.process (process_id, seen_at, executable, version, host, pid, started_at, claimed)
                SELECT gen_random_uuid(), now() - interval '40 seconds', 'postroom-api', '1', 'h', 1, now(), 0
                FROM generate_series(1, 50)
                """)
            try await beat(silent, bed, from: "-90 seconds", to: "-31 seconds")
            // Only their ids matter.
            for one in [silent, living] { await one.end() }
            // All in the first pass of a worker; of another where a page was out of its time.
            try await eventually(within: .seconds(120), "a pass comes to its end") {
                let rescuer = try await heard(bed)
                let isWhole = (try? await rescuer.rescue.freeSilent()) != nil
                await rescuer.end()
                return isWhole
            }
            #expect(
                try await bed.rows("SELECT entry_id FROM outbox.attempt WHERE state = 'unclear' ORDER BY 1")
                    == lost.map { "\($0)" }.sorted())
            #expect(
                try await bed.rows("SELECT entry_id FROM queue.send WHERE lease_owner IS NOT NULL ORDER BY 1")
                    == kept.map { "\($0)" }.sorted())
        }
    }

    @Test func `is looked for by index, and so is what it holds`() async throws {
        try await withSendBed { bed in
            let silent = try await bed.database.plan(
                of: FindSilentProcesses.sql, "uuid, interval, interval, interval, bigint",
                "'00000000-0000-0000-0000-0000000000aa', '30 s', '9 s', '10 min', 1000", as: "postroom_send_worker")
            #expect(silent.contains("using process_pkey") && !silent.contains("Seq Scan"), "\(silent)")
            let lost = try await bed.database.plan(
                of: FindLostSends.sql, "text, uuid[], interval, timestamptz, uuid, bigint, boolean",
                """
                'nxtele', '{00000000-0000-0000-0000-0000000000aa}', '30 s', '-infinity',
                '00000000-0000-0000-0000-000000000000', 500, false
                """, as: "postroom_send_worker")
            #expect(lost.contains("send_lease_idx") && !lost.contains("Seq Scan"), "\(lost)")
        }
    }

    /// What a living one may need between two heartbeats while Postgres is away for as long as another does not notice.
    @Test func `is not one that a short outage kept from being heard`() {
        let schedule = PeriodicSchedule.heartbeat
        let interval = [0, 1, 5, 100].map { schedule.delay(afterFailures: $0, jitter: 0.999_999) }.max() ?? .zero
        #expect(interval + Heartbeat.gapMax + Heartbeat.timeout + interval <= Heartbeat.silence)
        #expect(interval < Heartbeat.gapMax)
    }
}

/// The text of an id.
private func uuidText(_ id: UInt128) -> String { "\(EntryID(rawValue: id))" }
