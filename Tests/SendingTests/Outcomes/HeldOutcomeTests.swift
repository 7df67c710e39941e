import Domain
import Providers
import Store
import TestSupport
import Testing

@testable import Runtime
@testable import Sending

@Suite struct `An outcome that cannot be written` {
    private func report(_ send: ClaimedSend, answer: String? = nil, _ worker: TestWorker) -> SendReport {
        SendReport(
            send, SendResult(outcome: .accepted(providerMessageID: "m"), code: "0", answer: answer),
            policy: worker.configuration.retryPolicy(maxAutomaticRetries: nil), jitter: 0.5)
    }

    /// With so many held, the search for them is out of its time.
    @Test(arguments: [(count: 3, held: 1), (count: 160, held: 150)])
    func `as somebody holds its entry holds up no other, and is written once that one is free`(
        count: Int, held: Int
    ) async throws {
        try await withSendBed { bed in
            for _ in 0..<max(1, count / 40) { try await bed.add(min(count, 40)) }
            let session = Session(bed.database.url)
            let accepted = "SELECT count(*) FROM outbox.entry WHERE delivery_state = 'accepted'"
            try await bed.withWorker { worker in
                let sends = await worker.claim(count).map(\.send)
                #expect(sends.count == count)
                try await session.script(
                    "BEGIN; SELECT FROM outbox.entry AS e ORDER BY e.id LIMIT \(held) FOR UPDATE")
                worker.recorder.record(sends.map { report($0, worker) })
                try await eventually("the others are written") {
                    try await bed.rows(accepted) == ["\(count - held)"]
                }
                // All but the one that is being tried.
                try await eventually("those that are held wait") {
                    (max(1, held - 1)...held).contains(worker.recorder.pendingCount)
                }
                // Also what comes later, while the held ones are tried now and then.
                try await bed.add(1)
                let later = try #require(await worker.claim(1).first).send
                worker.recorder.record([report(later, worker)])
                try await eventually("a later one is written") {
                    try await bed.rows(accepted) == ["\(count - held + 1)"]
                }
                await session.close()
                try await eventually(within: .seconds(120), "all are written") {
                    let isWritten = try await bed.rows(accepted) == ["\(count + 1)"]
                    return isWritten && worker.recorder.pendingCount == 0
                }
            }
            #expect(try await bed.rows("SELECT DISTINCT state FROM outbox.attempt") == ["accepted"])
            #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["0"])
        }
    }

    @Test func `as Postgres refuses its words is written without them, and the others with theirs`() async throws {
        try await withSendBed { bed in
            try await bed.add(5)
            _ = try await bed.rows(
                """
                CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION USING ERRCODE = 'check_violation';
                END
                $$;
                CREATE TRIGGER refused BEFORE UPDATE ON outbox.attempt
                    FOR EACH ROW WHEN (NEW.provider_answer = 'bad') EXECUTE FUNCTION public.refuse()
                """)
            try await bed.withWorker { worker in
                let sends = await worker.claim().map(\.send)
                worker.recorder.record(
                    sends.enumerated().map { report($1, answer: $0 == 2 ? "bad" : "good", worker) })
                await worker.recorder.write()
                try await eventually("all are written") {
                    try await bed.rows("SELECT count(*) FROM outbox.entry WHERE delivery_state = 'accepted'") == ["5"]
                }
            }
            #expect(
                try await bed.rows("SELECT provider_answer, count(*) FROM outbox.attempt GROUP BY 1 ORDER BY 1")
                    == ["good|4", "|1"])
        }
    }
}
