import TestSupport
import Testing

@Suite struct ClockViewTests {
    private func record(_ database: TestDatabase, _ ahead: String, zone: String = "Asia/Shanghai") async throws
        -> [String]
    {
        try await database.sql(
            "SELECT ops.record_clock('nxtele', '\(ahead)', '1 s', 40, '\(zone)')", user: "postroom_webhook_worker")
    }

    @Test func `is recorded when it moves, and every ten minutes`() async throws {
        try await withTestDatabase { database in
            #expect(try await record(database, "7:59:59") == ["t"])
            #expect(try await record(database, "8:00:01") == ["f"])
            #expect(try await record(database, "8:00:05") == ["t"])
            #expect(try await record(database, "8:00:05", zone: "UTC") == ["t"])
            #expect(try await record(database, "8:00:05", zone: "UTC") == ["f"])
            try await database.sql("UPDATE ops.provider_clock SET observed_at = observed_at - interval '11 min'")
            #expect(try await record(database, "8:00:05", zone: "UTC") == ["t"])
            #expect(
                try await MonitorFixtures(database: database).view(
                    "SELECT provider, ahead, samples, time_zone, off_by, usual, jump FROM monitor.clock")
                    == ["nxtele|08:00:05|40|UTC|08:00:05|08:00:05|00:00:00"])
        }
    }

    /// A day in Berlin, where the change of 2026-03-29 was at one o'clock UTC.
    private static func berlin(ahead: String, zone: String = "Europe/Berlin") -> String {
        """
        INSERT INTO ops.provider_clock (provider, observed_at, ahead, spread, samples, time_zone, zone_ahead)
        SELECT 'nxtele', o.at, \(ahead), '1 s', 30, '\(zone)', (o.at AT TIME ZONE '\(zone)') - (o.at AT TIME ZONE 'UTC')
        FROM generate_series('2026-03-28 06:00Z'::timestamptz, '2026-03-29 06:00Z', '10 min') AS o (at)
        """
    }

    @Test func `a change of daylight saving is no jump, and missing it is one`() async throws {
        for (ahead, zone, expected) in [
            (
                "(o.at AT TIME ZONE 'Europe/Berlin') - (o.at AT TIME ZONE 'UTC')", "Europe/Berlin",
                "00:00:00|02:00:00|00:00:00"
            ),
            ("interval '1 h'", "Europe/Berlin", "-01:00:00|02:00:00|-01:00:00"),
            (
                "(o.at AT TIME ZONE 'Europe/Berlin') - (o.at AT TIME ZONE 'UTC')", "Etc/GMT-1",
                "01:00:00|01:00:00|01:00:00"
            ),
        ] {
            try await withTestDatabase { database in
                try await database.sql(Self.berlin(ahead: ahead, zone: zone))
                #expect(
                    try await MonitorFixtures(database: database).view("SELECT off_by, usual, jump FROM monitor.clock")
                        == [expected], "\(ahead) in \(zone)")
            }
        }
    }

    @Test func `is green again as soon as the right zone is configured`() async throws {
        try await withTestDatabase { database in
            let before = try await record(database, "8:00:00", zone: "UTC")
            let after = try await record(database, "8:00:00")
            #expect(before == ["t"] && after == ["t"])
            let clock = try await MonitorFixtures(database: database).view(
                "SELECT off_by, usual, jump FROM monitor.clock")
            #expect(clock == ["00:00:00|08:00:00|00:00:00"])
        }
    }

    @Test func `what was recorded more than a day before says nothing of what is usual`() async throws {
        try await withTestDatabase { database in
            try await database.sql(
                """
                INSERT INTO ops.provider_clock (provider, observed_at, ahead, spread, samples, time_zone, zone_ahead)
                SELECT 'nxtele', '2026-05-10Z'::timestamptz - n * interval '1 h', CASE WHEN n < 24 THEN '8 h' ELSE '3 h' END::interval,
                       '1 s', 30, 'UTC', '0 s'
                FROM generate_series(0, 100) AS n
                """)
            #expect(
                try await MonitorFixtures(database: database).view("SELECT usual, jump FROM monitor.clock")
                    == ["08:00:00|00:00:00"])
        }
    }

    @Test func `a raw time and what was known of the clock when it came are the moment`() async throws {
        try await withTestDatabase { database in
            try await database.sql(
                """
                INSERT INTO ops.provider_clock (provider, observed_at, ahead, spread, samples, time_zone, zone_ahead)
                VALUES ('nxtele', '2026-05-01Z', '8 h', '1 s', 40, 'UTC', '0 s'),
                       ('nxtele', '2026-06-01Z', '9 h', '1 s', 40, 'UTC', '0 s')
                """)
            for (text, received, moment) in [
                ("2026-05-10 12:00:00", "2026-05-10 04:00:03Z", "2026-05-10 04:00:00"),
                (" 2026-06-10 12:00:00 ", "2026-06-10 03:00:03Z", "2026-06-10 03:00:00"),
                ("2026-04-10 12:00:00", "2026-04-10 04:00:03Z", "2026-04-10 04:00:00"),
                ("2026-02-30 12:00:00", "2026-05-10 04:00:03Z", ""), ("tomorrow", "2026-05-10 04:00:03Z", ""),
            ] {
                let read = try await database.sql(
                    "SELECT ops.provider_time('nxtele', '\(text)', '\(received)') AT TIME ZONE 'UTC'",
                    user: "postroom_operator")
                #expect(read == [moment], "\(text)")
            }
            // What stands beside the text goes before what stands by time.
            let beside = try await database.sql(
                "SELECT ops.provider_time('nxtele', '2026-05-10 12:00:00', '2026-05-10 04:00:03Z', '2 h') AT TIME ZONE 'UTC'",
                user: "postroom_operator")
            #expect(beside == ["2026-05-10 10:00:00"])
        }
    }
}
