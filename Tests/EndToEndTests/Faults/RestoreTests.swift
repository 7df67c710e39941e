import TestSupport
import Testing

extension EndToEnd {
    /// The restore drill of deploy/runbook.md: a base backup, the archived log, and a server that is gone.
    @Suite struct RestoreTests {
        /// What was acknowledged, stretch by stretch, around a base backup and a moment.
        private struct Told {
            var stretches: [[String]] = []
            /// By Postgres's clock, between the second stretch and the third.
            var moment = ""
        }

        @Test func `restored to a moment or to the archive's end, it holds what was acknowledged until then, once`()
            async throws
        {
            try await withTemporaryFolder { folder in
                let told = try await Self.runAndLose(in: folder) { _ in }
                for (place, stretches, moment) in [("moment", 2, told.moment), ("end", 3, nil)] {
                    try await withRestoredCluster(
                        in: "\(folder)/\(place)", from: "\(folder)/backup", logs: ["\(folder)/archive"], until: moment
                    ) { cluster in
                        // The last stretch was acknowledged after the last segment that was archived: it is lost, all.
                        try await Self.expect(told.stretches.prefix(stretches), on: cluster, folder: folder)
                    }
                }
            }
        }

        @Test func `where each commit waits for pg_receivewal, nothing that was acknowledged is lost`() async throws {
            try await withTemporaryFolder { folder in
                let told = try await Self.runAndLose(in: folder) { try await $0.streamLog(to: "\(folder)/log") }
                try await withRestoredCluster(
                    in: "\(folder)/end", from: "\(folder)/backup", logs: ["\(folder)/archive", "\(folder)/log"]
                ) { cluster in
                    try await Self.expect(told.stretches[...], on: cluster, folder: folder)
                }
            }
        }

        /// A server under load that is backed up and archives its log, until it is lost.
        private static func runAndLose(
            in folder: String, prepare: (TestCluster) async throws -> Void
        ) async throws -> Told {
            var told = Told()
            try await withTestCluster(in: "\(folder)/lost") { cluster in
                try await cluster.archive(to: "\(folder)/archive")
                try await prepare(cluster)
                let base = try await cluster.url()
                try await withProcesses { processes in
                    let stack = Stack(processes, folder: folder) { "\(base) user=\($0)" }
                    let ingress = try await stack.ingress()
                    _ = try await stack.worker()
                    for stretch in 0..<4 {
                        let load = Load(port: ingress.port, connections: 4, firstThread: stretch * 10) {
                            Access.onoff(id: $0, text: "")
                        }
                        try await eventually(within: .seconds(60), "there is load") { load.sofar.stored.count > 100 }
                        let record = await load.stop()
                        #expect(record.strange == [] && record.broken == 0 && record.refused == 0)
                        told.stretches.append(record.stored)
                        switch stretch {
                        case 0: try await cluster.backUp(to: "\(folder)/backup")
                        case 1: told.moment = try await cluster.sql("SELECT clock_timestamp()").first ?? ""
                        case 2: try await cluster.archiveSoFar()
                        default: try await cluster.crash()
                        }
                    }
                }
            }
            return told
        }

        private static func expect(
            _ stretches: ArraySlice<[String]>, on cluster: TestCluster, folder: String
        ) async throws {
            let base = try await cluster.url()
            try await withProcesses { processes in
                let stack = Stack(processes, folder: folder) { "\(base) user=\($0)" }
                _ = try await stack.worker(place: 1)
                let expected = stretches.flatMap(\.self)
                try await expectAllInTheEnd(expected, url: base)
                #expect(try await cluster.sql("SELECT count(*) FROM inbox.webhook") == ["\(expected.count)"])
            }
        }

        @Test func `what may have been sent in the lost stretch is not sent again, and what is not yet due is`()
            async throws
        {
            try await withStack { stack, database in
                // The statement of the runbook comes last; the server was lost just now, and all of it is one moment.
                try await database.sql(
                    """
                    WITH given (number, due_at) AS (
                        VALUES (1, now() - interval '1 min'), (2, now() + interval '3 s')
                    ), entry AS (
                        INSERT INTO outbox.entry
                            (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used,
                             cost_per_unit, total_cost, currency, encoding, provider, created_at)
                        SELECT gen_random_uuid(), 'default', 'u', '+49151123456' || number, 'm', 's', 1, 0, 0, 'USD',
                               'gsm7', 'nxtele', now() - interval '1 h'
                        FROM given
                        RETURNING id, recipient_phone_number)
                    INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
                    SELECT e.id, 'nxtele', 'default', 1, g.due_at, now() + interval '1 day', 0
                    FROM entry AS e JOIN given AS g ON e.recipient_phone_number = '+49151123456' || g.number;
                    UPDATE queue.send SET give_up_at = now() WHERE due_at <= now()
                    """)
                let ports = (try freePort(), try freePort())
                let sandbox = SandboxSettings(
                    port: ports.0, log: "\(stack.folder)/accepted.log", seed: 1, script: "")
                _ = try await stack.sandbox(sandbox, ingressPort: ports.1)
                _ = try await stack.sendWorker(sandbox: sandbox)
                try await eventually(within: .seconds(60), "one is expired, and the other sent") {
                    try await database.sql("SELECT delivery_state FROM outbox.entry ORDER BY recipient_phone_number")
                        == ["expired", "accepted"]
                }
                #expect(try await database.sql("SELECT count(*) FROM outbox.attempt") == ["1"])
            }
        }

        @Test func `an attempt that the lost stretch may have tried again is not tried again under policy retry`()
            async throws
        {
            try await withStack { stack, database in
                // Dispatched before the restored moment; its deadline was in the lost stretch. The last two statements
                // are those of the runbook.
                try await database.sql(
                    """
                    INSERT INTO billing.account (name, kind, currency, unclear_policy)
                    VALUES ('bold', 'postpaid', 'USD', 'retry');
                    WITH entry AS (
                        INSERT INTO outbox.entry
                            (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used,
                             cost_per_unit, total_cost, currency, encoding, provider, created_at)
                        SELECT gen_random_uuid(), 'bold', 'u', '+491511234561', 'm', 's', 1, 0, 0, 'USD', 'gsm7',
                               'nxtele', now() - interval '1 h'
                        RETURNING id
                    ), attempt AS (
                        INSERT INTO outbox.attempt
                            (id, entry_id, cycle, number, provider, recipient_phone_number, state, prepared_at,
                             dispatched_at)
                        SELECT gen_random_uuid(), id, 0, 1, 'nxtele', '+491511234561', 'dispatched',
                               now() - interval '1 h', now() - interval '1 h'
                        FROM entry
                        RETURNING id, entry_id
                    )
                    INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle, attempt_id,
                                            fence, lease_owner, lease_until)
                    SELECT entry_id, 'nxtele', 'bold', 1, now() - interval '1 h', now() + interval '1 day', 0, id, 1,
                           gen_random_uuid(), now() - interval '1 h'
                    FROM attempt;
                    UPDATE queue.send SET give_up_at = now() WHERE due_at <= now();
                    UPDATE billing.account SET unclear_policy = 'fail' WHERE unclear_policy = 'retry'
                    """)
                let ports = (try freePort(), try freePort())
                let sandbox = SandboxSettings(
                    port: ports.0, log: "\(stack.folder)/accepted.log", seed: 1, script: "")
                _ = try await stack.sandbox(sandbox, ingressPort: ports.1)
                _ = try await stack.sendWorker(
                    sandbox: sandbox,
                    environment: ["POSTROOM_UNCLEAR_POLICY": "fail", "POSTROOM_UNCLEAR_DEADLINE": "1s"])
                try await eventually(within: .seconds(60), "it is decided what becomes of it") {
                    try await database.sql(
                        "SELECT count(*) FROM outbox.attempt WHERE unclear_deadline_passed_at IS NULL")
                        == ["0"]
                }
                #expect(try await database.sql("SELECT state FROM outbox.attempt") == ["unclear"])
                #expect(
                    try await database.sql(
                        "SELECT status, delivery_state, (SELECT count(*) FROM queue.send) FROM outbox.entry")
                        == ["failed|unclear|0"])
            }
        }
    }
}
