import Store
import TestSupport
import Testing

@testable import Runtime
@testable import Sending

@Suite struct `The rescue of what a dead worker held` {
    /// More than two transactions take.
    private static let count = Int(SendRescue.rowsMax) * 2 + 100

    @Test func `comes within a minute, whatever time-out the settings permit`() throws {
        guard case .duration(let permitted) = Setting.sendTimeout.kind else {
            throw TestSupportFailure("the time-out is no duration")
        }
        for timeout in [permitted.lowerBound, .seconds(30), permitted.upperBound] {
            let configuration = SendingConfiguration(
                reading: SettingsReader(environment: ["POSTROOM_SEND_TIMEOUT": timeout.settingText]))
            // A pass a second, and some time for it.
            #expect(configuration.lease + .seconds(3) <= .seconds(60))
            // No call outlasts its lease.
            #expect(configuration.lease > configuration.gateSpan + timeout)
            // What is rescued from a silent worker is not begun afterwards.
            #expect(configuration.gateSpan + .seconds(10) <= Heartbeat.silence)
        }
    }

    @Test func `goes through all of it, page after page, in one pass`() async throws {
        try await withSendBed { bed in
            try await held(bed)
            try await firstPass(bed)
            #expect(try await leased(bed) == 0)
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["\(Self.count)"])
        }
    }

    @Test func `is not held up by rows that somebody has locked, and comes back for them`() async throws {
        try await withSendBed { bed in
            try await held(bed)
            // A whole page, and those whose turn is first.
            let locked = Int(SendRescue.rowsMax) + 1
            let session = Session(bed.database.url)
            try await session.script(
                """
                BEGIN;
                SELECT FROM queue.send AS q ORDER BY q.lease_until LIMIT \(locked) FOR UPDATE
                """)
            try await bed.withWorker { worker in
                try await eventually(within: .seconds(120), "all others are free") {
                    try? await worker.rescue.freeEnded()
                    return try await leased(bed) == locked
                }
                await session.close()
                try await eventually("their locks are gone, and they are free") {
                    try? await worker.rescue.freeEnded()
                    return try await leased(bed) == 0
                }
            }
        }
    }

    @Test func `is not held up by rows that Postgres refuses, and leaves these alone for a while`() async throws {
        try await withSendBed { bed in
            try await held(bed)
            // The first whose turn it is, one in the middle of a page, and the last.
            let places = [1, 700, Self.count]
            _ = try await bed.rows(
                """
                CREATE TABLE public.bad AS
                SELECT r.entry_id
                FROM (SELECT q.entry_id, row_number() OVER (ORDER BY q.lease_until) AS place FROM queue.send AS q) AS r
                WHERE r.place IN (\(places.map(String.init).joined(separator: ",")));
                CREATE SEQUENCE public.refusals;
                CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN
                    IF EXISTS (SELECT FROM public.bad AS b WHERE b.entry_id = NEW.entry_id) THEN
                        PERFORM nextval('public.refusals');
                        RAISE EXCEPTION USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                END
                $$;
                CREATE TRIGGER refused BEFORE UPDATE ON queue.send FOR EACH ROW EXECUTE FUNCTION public.refuse()
                """)
            try await bed.withWorker { worker in
                // The search in a page has its time, too: who is out of it goes on in another pass.
                try await eventually(within: .seconds(120), "all others are free") {
                    try? await worker.rescue.freeEnded()
                    return try await leased(bed) == places.count
                }
                #expect(
                    try await bed.rows(
                        "SELECT count(*) FROM queue.send AS q JOIN public.bad AS b USING (entry_id) "
                            + "WHERE q.lease_owner IS NOT NULL") == ["\(places.count)"])
                let refusals = "SELECT last_value FROM public.refusals"
                // The first may have been refused so long ago that it is tried once more; not again and again.
                try await eventually("a pass does not try them") {
                    let before = try await bed.rows(refusals)
                    guard (try? await worker.rescue.freeEnded()) != nil else { return false }
                    return try await bed.rows(refusals) == before
                }
            }
            #expect(try await leased(bed) == places.count)
            // For whom they were not refused they are free.
            _ = try await bed.rows("DROP TRIGGER refused ON queue.send")
            try await firstPass(bed)
            #expect(try await leased(bed) == 0)
        }
    }

    /// The first pass of a worker; of another where a page was out of its time.
    private func firstPass(_ bed: SendBed) async throws {
        try await eventually(within: .seconds(120), "a pass comes to its end") {
            let worker = bed.worker()
            let isWhole = (try? await worker.rescue.freeEnded()) != nil
            await worker.end()
            return isWhole
        }
    }

    /// So many in the hands of a worker that died, whose leases ended one after the other.
    private func held(_ bed: SendBed) async throws {
        // They are the text of a command.
        for _ in 0..<(Self.count / 100) { try await bed.add(100) }
        _ = try await bed.rows(
            """
            UPDATE queue.send AS q
            SET lease_owner = '00000000-0000-0000-0000-0000000000aa', fence = 1,
                lease_until = now() - interval '1 hour' + r.place * interval '1 second'
            FROM (SELECT s.entry_id, row_number() OVER (ORDER BY s.entry_id) AS place FROM queue.send AS s) AS r
            WHERE r.entry_id = q.entry_id
            """)
    }

    private func leased(_ bed: SendBed) async throws -> Int {
        Int(try await bed.rows("SELECT count(*) FROM queue.send WHERE lease_owner IS NOT NULL")[0]) ?? -1
    }
}
