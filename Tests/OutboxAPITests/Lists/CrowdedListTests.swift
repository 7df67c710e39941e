import TestSupport
import Testing

@testable import OutboxAPI

@Suite struct CrowdedListTests {
    @Test func `however many lists hang, balances, keys, cancels and sends do not wait for them`() async throws {
        try await APIBed.run({ $0.storeDeadline = .seconds(8) }) { bed in
            let id = try #require(try await bed.send().text("outboxId"))
            try await bed.addAccount("other", kind: "postpaid")
            // Who lists Onoff's log waits for this, longer than the balance has time.
            let holder = Session(bed.database.url)
            try await holder.script("BEGIN; LOCK TABLE sms_log.entry")
            try await withThrowingTaskGroup(of: Int.self) { lists in
                for _ in 1...40 { lists.addTask { try await bed.call("GET", "/api/sms/log").status } }
                try await eventually("lists hang") {
                    try await bed.sql(
                        """
                        SELECT pid FROM pg_stat_activity
                        WHERE datname = current_database() AND usename = 'postroom_api' AND wait_event_type = 'Lock'
                        """
                    ).count >= 2
                }
                #expect(try await bed.call("GET", "/api/sms/balance").status == 200)
                // A key that nobody has asked for yet.
                #expect(try await bed.call("GET", "/api/sms/balance", key: "other").status == 200)
                #expect(try await bed.call("GET", "/api/sms/outbox/\(id)").status == 200)
                #expect(try await bed.call("POST", "/api/sms/outbox/\(id)/cancel").status == 200)
                #expect(try await bed.send().status == 201)
                try await holder.script("ROLLBACK")
                for try await status in lists { #expect(status == 200 || status == 503) }
            }
            await holder.close()
        }
    }
}
