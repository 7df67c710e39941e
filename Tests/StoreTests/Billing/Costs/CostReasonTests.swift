import TestSupport
import Testing

@Suite struct `Costs are reported with their reasons` {
    /// A row as text, without day and provider.
    private func rows(_ bed: CostBed) async throws -> [String] {
        try await bed.fold()
        return try await bed.database.sql(
            """
            SELECT destination, sender, currency, provider_currency, sends, units, provider_units, charged,
                   provider_charged, provider_charged_cny, difference, segments_differ || '/' || prices_differ || '/'
                   || currencies_differ || '/' || charged_more || '/' || duplicate_charges || '/' || without_receipt || '/'
                   || without_price || '/' || receipts_without_entry
            FROM monitor.cost_reconciliation
            WHERE day = (now() AT TIME ZONE 'UTC')::date - 1 AND provider = 'nxtele'
            ORDER BY destination NULLS LAST, sender, currency, provider_currency NULLS LAST
            """, user: "postroom_monitor")
    }

    @Test func `agreement is a row without any`() async throws {
        try await withCostBed { bed in
            for number in 1...3 {
                try await bed.addEntry(number)
                try await bed.addReceipt(number)
            }
            #expect(try await rows(bed) == ["49|SHOP|USD|USD|3|3|3|0.15|0.15|0.975|0|0/0/0/0/0/0/0/0"])
        }
    }

    @Test func `other parts and another price are counted and add up to the cent`() async throws {
        try await withCostBed { bed in
            try await bed.addEntry(1, units: 3)
            try await bed.addReceipt(1, size: "2")
            try await bed.addEntry(2)
            try await bed.addReceipt(2, price: "0.0612345678")
            #expect(
                try await rows(bed)
                    == ["49|SHOP|USD|USD|2|4|3|0.2|0.1612345678|1.0480246907|0.0387654322|1/1/0/1/0/0/0/0"])
        }
    }

    @Test func `two attempts of one cycle that both were charged are a duplicate, those of two cycles none`()
        async throws
    {
        try await withCostBed { bed in
            let (first, second, third) = (
                CostBed.Attempt(state: "unclear"), CostBed.Attempt(number: 2), CostBed.Attempt(cycle: 1)
            )
            try await bed.addEntry(1, owed: 0b11, attempts: [first, second, third])
            for attempt in [first, second, third] { try await bed.addReceipt(1, of: attempt) }
            #expect(try await rows(bed) == ["49|SHOP|USD|USD|3|2|3|0.1|0.15|0.975|-0.05|0/0/0/0/1/0/0/0"])
        }
    }

    @Test func `a send without receipt is a row of its own, and an unclear one is no send`() async throws {
        try await withCostBed { bed in
            try await bed.addEntry(1)
            try await bed.addEntry(2, attempts: [CostBed.Attempt(state: "unclear")])
            try await bed.addEntry(3)
            try await bed.addReceipt(3, price: "NULL")
            #expect(try await rows(bed) == ["49|SHOP|USD||2|3|1|0.15|0|0|0.15|0/0/0/0/0/1/1/0"])
        }
    }

    @Test func `currencies are never added: only a receipt's own rate leads from one to another`() async throws {
        try await withCostBed { bed in
            try await bed.addEntry(1, price: "0.4", currency: "CNY")
            try await bed.addReceipt(1, price: "0.05", rate: "7", currency: "usd")
            try await bed.addEntry(2, currency: "USD")
            try await bed.addReceipt(2, price: "0.35", currency: "CNY")
            try await bed.addEntry(3, currency: "EUR")
            try await bed.addReceipt(3, price: "0.05", rate: "NULL", currency: "USD")
            try await bed.addEntry(4)
            try await bed.addReceipt(4, price: "0.05", rate: "NULL", currency: "", source: "query")
            #expect(
                try await rows(bed) == [
                    "49|SHOP|CNY|USD|1|1|1|0.4|0.05|0.35|0.05|0/1/0/0/0/0/0/0",
                    "49|SHOP|EUR|USD|1|1|1|0.05|0.05|0||0/0/1/0/0/0/0/0",
                    "49|SHOP|USD|CNY|1|1|1|0.05|0.35|0.35||0/0/1/0/0/0/0/0",
                    "49|SHOP|USD|XXX|1|1|1|0.05|0.05|0||0/0/1/0/0/0/0/0",
                ])
        }
    }

    @Test func `a charge of no stated currency takes no difference from sends that were not charged at all`()
        async throws
    {
        try await withCostBed { bed in
            for number in 1...2 { try await bed.addEntry(number) }
            try await bed.addReceipt(1, price: "0.04", rate: "NULL", currency: "", source: "query")
            try await bed.addEntry(3)
            try await bed.addReceipt(3, price: "0", rate: "NULL", currency: "", source: "query")
            try await bed.addEntry(4)
            try await bed.addReceipt(4)
            #expect(
                try await rows(bed) == [
                    "49|SHOP|USD|USD|1|1|1|0.05|0.05|0.325|0|0/0/0/0/0/0/0/0",
                    "49|SHOP|USD|XXX|1|1|1|0.05|0.04|0||0/0/1/0/0/0/0/0",
                    "49|SHOP|USD||2|2|1|0.1|0|0|0.1|0/0/0/0/0/1/0/0",
                ])
        }
    }

    @Test func `a currency that the standing receipt does not state is that of the best one that does`() async throws {
        try await withCostBed { bed in
            // Asked for, under another key of the same time: it stands. Then one that a webhook only said UNKNOWN of.
            try await bed.addEntry(1)
            try await bed.addReceipt(1, key: "'00000000-0000-4000-8000-000000000001'")
            try await bed.addReceipt(
                1, key: "'00000000-ffff-4000-8000-000000000001'", rate: "NULL", currency: "", source: "query")
            try await bed.addEntry(2)
            try await bed.addReceipt(2, status: "12", rank: 1)
            try await bed.addReceipt(2, rate: "NULL", currency: "", source: "query")
            // What it charged stays what the standing one says.
            try await bed.addEntry(3, sender: "more")
            try await bed.addReceipt(3, status: "12", rank: 1, price: "0")
            try await bed.addReceipt(3, price: "0.06", rate: "NULL", currency: "n/a", source: "query")
            #expect(
                try await rows(bed) == [
                    "49|SHOP|USD|USD|2|2|2|0.1|0.1|0.65|0|0/0/0/0/0/0/0/0",
                    "49|more|USD|USD|1|1|1|0.05|0.06|0.39|-0.01|0/1/0/1/0/0/0/0",
                ])
        }
    }

    @Test func `a receipt without an entry counts when it came, at what it costs`() async throws {
        try await withCostBed { bed in
            try await bed.database.sql(
                """
                INSERT INTO outbox.receipt (id, provider, source, account, received_at, message_id, phone, status, result,
                                            reported_time, submitted_time, ext, price, size, rate, currency, content_hash, rank)
                SELECT gen_random_uuid(), 'nxtele', 'webhook', 'default', \(CostBed.noon), 'm', '6281234', '2', '', '', '', '',
                       0.03, 2, 7, 'USD', 1, 3
                """)
            #expect(try await rows(bed) == ["62|||USD|0|0|2|0|0.06|0.42||0/0/0/0/0/0/0/1"])
        }
    }

    @Test func `destinations are calling codes, not the prefixes of prices`() async throws {
        try await withTestDatabase { database in
            let cases = [
                ("14155550100", "1"), ("79161234567", "7"), ("4915112345678", "49"), ("6281234567890", "62"),
                ("254712345678", "254"), ("352621123456", "352"), ("37120000000", "371"), ("420601123456", "420"),
                ("8615088888888", "86"), ("85261234567", "852"), ("998901234567", "998"), ("971501234567", "971"),
                ("", ""), ("0123", ""), ("2", ""),
            ]
            for (digits, code) in cases {
                let found = try await database.sql("SELECT billing.calling_code('\(digits)')")
                #expect(found == [code], "\(digits)")
            }
        }
    }

    @Test func `however many senders there are, a slice and a day have a bounded number of rows`() async throws {
        try await withCostBed { bed in
            try await bed.database.sql(
                """
                INSERT INTO outbox.entry
                    (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit,
                     total_cost, currency, encoding, provider, status, delivery_state, created_at)
                SELECT (left(ops.time_lowest_id(at)::text, 13) || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'default',
                       'u', '+49151', 'm', 's' || n % 900, 1, 0.05, 0.05, 'USD', 'gsm7', 'nxtele', 'sent', 'delivered', at
                FROM generate_series(1, 3000) AS n, LATERAL (SELECT \(CostBed.noon) + interval '4 minutes' * (n / 450)) AS t (at)
                """)
            try await bed.fold()
            let slices = try await bed.database.sql(
                "SELECT max(n) <= 201 FROM (SELECT count(*) AS n FROM billing.cost_slice GROUP BY slice) AS s")
            #expect(slices == ["t"])
            #expect(
                try await bed.database.sql(
                    "SELECT count(*) <= 501, sum(units), trim_scale(sum(charged)), bool_or(sender = '') FROM billing.cost_day"
                )
                    == ["t|3000|150|t"])
        }
    }
}
