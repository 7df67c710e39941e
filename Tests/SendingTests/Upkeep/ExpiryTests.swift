import Store
import TestSupport
import Testing

@testable import Sending

@Suite struct `What is past its validity` {
    @Test func `expires whatever entries somebody holds before it, and these once they are free`() async throws {
        try await withSendBed { bed in
            // More than a page, and those whose turn is first.
            let held = Int(QueueUpkeep.rowsMax) + 1
            for _ in 0..<6 { try await bed.add(100) { $0.giveUpAt = "now() - interval '1 second'" } }
            let session = Session(bed.database.url)
            try await session.script(
                """
                BEGIN;
                SELECT FROM outbox.entry AS e JOIN queue.send AS q ON q.entry_id = e.id
                ORDER BY q.give_up_at LIMIT \(held) FOR UPDATE OF e
                """)
            let expired = "SELECT count(*) FROM outbox.entry WHERE delivery_state = 'expired' AND total_cost = 0"
            try await bed.withWorker { worker in
                try await worker.upkeep.expire()
                #expect(try await bed.rows(expired) == ["\(600 - held)"])
                #expect(try await bed.rows("SELECT count(*) FROM queue.send") == ["\(held)"])
                await session.close()
                try await eventually("the others are, too") {
                    try await worker.upkeep.expire()
                    return try await bed.rows(expired) == ["600"]
                }
            }
            #expect(try await bed.ledgerHolds())
        }
    }
}
