import TestSupport
import Testing

@testable import Operations

@Suite struct ReceiptsCommandTests {
    @Test func `the overdue list is CSV with both ids, the number, and times in both zones`() async throws {
        try await withCommandBed { bed in
            let fixtures = MonitorFixtures(database: bed.database)
            #expect(try await bed.succeed("receipts", "overdue").lines == ["No receipt is overdue."])
            try await fixtures.insertAttempt(1, state: "accepted", providerMessageID: "a,\"b")
            try await fixtures.insertLookup(1, dueIn: -60, tries: 3)
            try await fixtures.insertAttempt(2, state: "accepted")
            try await fixtures.insertLookup(2, dueIn: 60)  // not due yet
            try await bed.database.sql(
                """
                UPDATE outbox.attempt SET dispatched_at = '2026-05-10 20:00:00Z', settled_at = '2026-05-10 20:00:01Z';
                UPDATE queue.lookup SET deadline_at = '2026-05-13 20:00:00Z'
                """)
            let csv = try await bed.run(
                ["receipts", "overdue", "--csv"], environment: ["POSTROOM_NXTELE_TIMEZONE": "Asia/Shanghai"])
            #expect(
                csv.lines == [
                    "provider,our_message_id,provider_message_id,number,dispatched_utc,accepted_utc,dispatched_local,"
                        + "accepted_local,time_zone,times_asked,looked_for_until_utc",
                    "nxtele,\(fixtures.id(1, attempt: true)),\"a,\"\"b\",+4915112345678,2026-05-10T20:00:00Z,"
                        + "2026-05-10T20:00:01Z,2026-05-11 04:00:00,2026-05-11 04:00:01,Asia/Shanghai,3,"
                        + "2026-05-13T20:00:00Z",
                ], "\(csv.text)")
        }
    }

    @Test func `a field of others' making stays a field, and is no formula`() {
        #expect(csvLine(["a", "", "+4915112345678"]) == "a,,+4915112345678")
        #expect(
            csvLine(["a,b", "say \"x\"", "two\nlines", "r\r\nn"])
                == "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\"r\r\nn\"")
        #expect(csvLine(["=1+1", "+cmd", "-1", "@a"]) == "'=1+1,'+cmd,'-1,'@a")
    }
}
