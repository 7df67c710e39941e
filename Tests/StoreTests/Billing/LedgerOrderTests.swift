import Domain
import Foundation
import PostgresClient
import Store
import TestSupport
import Testing

@Suite struct `The ledger` {
    private static let histories = 24
    private static let orders = 3

    @Test func `ends the same whatever the order in which the evidence came, and steps alternate`() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var results: [[String]] = []
        for order in 0..<Self.orders {
            results.append(try await run(seed: seed, order: UInt64(order)))
        }
        #expect(results.allSatisfy { $0 == results[0] }, "seed \(seed)")
        #expect(results[0].count == Self.histories)
    }

    /// Each history's state, cost and ledger sum after all of its evidence, computed after every piece of it.
    private func run(seed: UInt64, order: UInt64) async throws -> [String] {
        try await withTestDatabase { database in
            var random = SeededGenerator(seed: seed)
            let histories = (0..<Self.histories).map { number in
                History(number: number, account: "account\(number % 3)", random: &random)
            }
            try await database.sql(
                "INSERT INTO billing.account (name, kind, currency) SELECT 'account' || n, 'prepaid', 'USD' "
                    + "FROM generate_series(0, 2) AS n")
            let pool = ConnectionPool(
                ConnectionConfiguration(
                    connectionString: database.url(user: "postroom_send_worker"), applicationName: "tests"),
                capacity: 4)
            let owner = ConnectionPool(
                ConnectionConfiguration(connectionString: database.url, applicationName: "tests"), capacity: 4)
            var shuffler = SeededGenerator(seed: seed &+ order &+ 1)
            // Entries live side by side, so that accounts are contended for.
            let lives = histories.map { ($0, $0.order(&shuffler)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (history, steps) in lives {
                    group.addTask {
                        try await script(history.birth, on: owner)
                        for step in steps {
                            try await script(step, on: owner)
                            try await refresh(history.entryID, on: pool)
                        }
                    }
                }
                try await group.waitForAll()
            }
            await pool.close()
            await owner.close()
            #expect(
                try await database.sql(
                    """
                    SELECT l.account, l.seq FROM (
                        SELECT account, seq, balance_after, sum(amount) OVER w AS running, row_number() OVER w AS place
                        FROM billing.ledger_entry WINDOW w AS (PARTITION BY account ORDER BY seq)) AS l
                    WHERE l.balance_after <> l.running OR l.seq <> l.place
                    """) == [])
            return try await database.sql(
                """
                SELECT e.id, e.status, e.delivery_state, e.owed_cycles, trim_scale(e.total_cost),
                       trim_scale((SELECT sum(l.amount) FROM billing.ledger_entry AS l WHERE l.entry_id = e.id)),
                       e.total_cost = -(SELECT sum(l.amount) FROM billing.ledger_entry AS l WHERE l.entry_id = e.id)
                FROM outbox.entry AS e ORDER BY e.id
                """
            ).map { row in
                #expect(row.hasSuffix("|t"), "\(row)")
                return row
            }
        }
    }

    private func script(_ sql: String, on pool: ConnectionPool) async throws {
        try await pool.withConnection(timeout: .seconds(60)) { connection, deadline in
            try connection.runScript(sql, named: "step", deadline: deadline)
        }
    }

    private func refresh(_ id: EntryID, on pool: ConnectionPool) async throws {
        try await pool.withConnection(timeout: .seconds(60)) { connection, deadline in
            _ = try connection.transaction(deadline: deadline) { connection in
                try RefreshEntries.run([id], timeZone: "UTC", on: connection, deadline: deadline)
            }
        }
    }

    @Test func `of an entry that was never charged posts nothing`() async throws {
        try await withTestDatabase { database in
            var random = SeededGenerator(seed: 1)
            let history = History(number: 1, account: "default", random: &random)
            let owner = ConnectionPool(
                ConnectionConfiguration(connectionString: database.url, applicationName: "tests"), capacity: 1)
            try await script(history.birth, on: owner)
            try await script("DELETE FROM billing.ledger_entry", on: owner)
            try await script("UPDATE outbox.entry SET cancelled_at = now()", on: owner)
            try await refresh(history.entryID, on: owner)
            await owner.close()
            #expect(
                try await database.sql(
                    "SELECT status, delivery_state, total_cost, owed_cycles, "
                        + "(SELECT count(*) FROM billing.ledger_entry) FROM outbox.entry")
                    == ["failed|cancelled|0.00|0|0"])
        }
    }

    /// Whatever a fault of ours, or somebody's hand, would post.
    @Test func `takes no step twice, out of turn or of the wrong sign, and no row that is half an entry's`()
        async throws
    {
        try await withTestDatabase { database in
            let entry = "'\(EntryID(rawValue: 1))'::uuid"
            func post(_ row: String) async throws {
                try await database.sql(
                    """
                    INSERT INTO billing.ledger_entry
                        (account, seq, balance_after, kind, amount, entry_id, cycle, step, reference)
                    SELECT 'default', coalesce(max(seq), 0) + 1, 0, \(row) FROM billing.ledger_entry
                    """)
            }
            for row in [
                "'topup', 5, NULL::uuid, NULL::integer, NULL::integer, 'r'", "'charge', -1, \(entry), 0, 0, NULL",
            ] {
                try await post(row)
            }
            for (row, constraint) in [
                ("'charge', -1, \(entry), 0, 0, NULL", "step_key"),
                ("'charge', -1, \(entry), 0, 1, NULL", "steps_alternate"),
                ("'refund_reversal', -1, \(entry), 0, 1, NULL", "steps_alternate"),
                ("'refund', 1, \(entry), 0, 2, NULL", "steps_alternate"),
                ("'refund', 1, \(entry), 1, 0, NULL", "steps_alternate"),
                ("'refund', -1, \(entry), 0, 1, NULL", "sign"), ("'charge', 1, \(entry), 1, 0, NULL", "sign"),
                ("'topup', 0, NULL::uuid, NULL::integer, NULL::integer, 's'", "sign"),
                ("'refund', 1, NULL::uuid, NULL::integer, NULL::integer, NULL", "whole"),
                ("'topup', 5, NULL::uuid, NULL::integer, NULL::integer, 'r'", "reference_key"),
                ("'adjustment', -5, NULL::uuid, NULL::integer, NULL::integer, 'r'", "reference_key"),
            ] {
                let failure = await #expect(throws: (any Error).self, "\(row)") { try await post(row) }
                #expect("\(String(describing: failure))".contains("\"ledger_entry_\(constraint)\""), "\(row)")
            }
            for row in ["'refund', 1, \(entry), 0, 1, NULL", "'refund_reversal', -1, \(entry), 0, 2, NULL"] {
                try await post(row)
            }
            #expect(try await database.sql("SELECT count(*), max(seq) FROM billing.ledger_entry") == ["4|4"])
        }
    }
}
