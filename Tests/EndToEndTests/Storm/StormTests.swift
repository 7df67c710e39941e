import PostgresClient
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct StormTests {
        /// Portions in which the storm comes: each begins when another worker has been killed.
        private static let portions = 10
        /// Its kind of trouble is over when all is processed and matched; a time no healthy machine needs.
        private static let settling = Duration.seconds(120)

        @Test func `a storm through many processes that keep being killed ends as one worker's quiet day`() async throws
        {
            let seed = testSeed("storm")
            let storm = Storm(seed: seed)
            #expect(storm.shuffled.count == Storm.count)
            let expected = try await quietDay(storm)
            #expect(expected.dead.count == Storm.garbageCount)
            try await stormyDay(storm, expected: expected, seed: seed)
        }

        /// One ingress, one connection; then one process with one worker.
        private func quietDay(_ storm: Storm) async throws -> FinalTables {
            try await withTestDatabase { database in
                try await withTemporaryFolder { folder in
                    try await withProcesses { processes in
                        // Nothing crashes here, so nobody waits for the disk.
                        for role in ["postroom_ingress", "postroom_webhook_worker"] {
                            try await database.sql(
                                "ALTER ROLE \(role) IN DATABASE \(database.name) SET synchronous_commit = off")
                        }
                        let owner = Watch(database.url)
                        try await owner.run(InsertStormMessages(messages: storm.messages))
                        let stack = Stack(processes, database, folder: folder)
                        let ingress = try await stack.ingress()
                        let statuses = await Sender(ports: [ingress.port], connections: 1).send(storm.inOrder)
                        #expect(statuses.allSatisfy { $0 == 200 })
                        _ = try await stack.worker(environment: ["POSTROOM_WORKERS": "1", "POSTROOM_BATCH": "50"])
                        try await eventually(within: Self.settling, "the quiet day is processed") {
                            try await owner.conservation().waiting == 0
                        }
                        let tables = try await FinalTables.read(owner)
                        let counted = try await owner.conservation()
                        #expect(counted.accepted == Int64(storm.inOrder.count) && counted.difference == 0)
                        await owner.close()
                        return tables
                    }
                }
            }
        }

        private func stormyDay(_ storm: Storm, expected: FinalTables, seed: UInt64) async throws {
            try await withTestDatabase { database in
                try await withTemporaryFolder { folder in
                    try await withProcesses { processes in
                        let owner = Watch(database.url)
                        try await owner.run(InsertStormMessages(messages: storm.messages.filter { !$0.isLate }))
                        let stack = Stack(processes, database, folder: folder)
                        let ports = [try await stack.ingress().port, try await stack.ingress().port]
                        let fleet = WorkerFleet(stack)
                        await fleet.start(3)
                        let accepted = try await whileConserved(database.url(user: "postroom_monitor")) {
                            try await alongside {
                                await killOneAfterAnother(fleet, owner)
                            } _: {
                                let accepted = try await send(storm, to: ports, fleet, owner)
                                try await settle(owner, expected)
                                return accepted
                            }
                        }
                        #expect(accepted == Storm.count)
                        await fleet.expectDrained()
                        let kills = await fleet.ends["signal 9"] ?? 0
                        #expect(kills >= Self.portions)

                        let tables = try await FinalTables.read(owner)
                        let differences = tables.differences(from: expected)
                        #expect(differences == "", "seed \(seed): \(differences)")
                        let counted = try await owner.conservation()
                        #expect(counted.accepted == Int64(accepted))
                        #expect(counted.dead == Int64(Storm.garbageCount))
                        #expect(counted.difference == 0 && counted.differenceDead == 0)
                        // Exactly once: what is neither a duplicate nor a conflict had its effect, and nothing else.
                        #expect(try await owner.run(CountNew()) == tables.eventCount)
                        print("Killed \(kills) workers.")
                    }
                }
            }
        }

        private func settle(_ owner: Watch, _ expected: FinalTables) async throws {
            let matched = expected.receipts.count { !$0.hasSuffix(",,)") }
            try await eventually(within: Self.settling, "all is processed, and what was parked is matched") {
                let isProcessed = try await owner.conservation().waiting == 0
                let sofar = try await owner.run(CountMatched())
                return isProcessed && sofar == matched
            }
        }

        /// Portion by portion; after half of them the late messages get into the outbox, whose receipts wait parked.
        private func send(
            _ storm: Storm, to ports: [UInt16], _ fleet: WorkerFleet, _ owner: Watch
        ) async throws -> Int {
            var accepted = 0
            let size = storm.shuffled.count / Self.portions
            for portion in 0..<Self.portions {
                if portion == Self.portions / 2 {
                    let late = storm.messages.filter(\.isLate)
                    try await eventually(within: Self.settling, "receipts of late messages are parked") {
                        try await owner.run(CountParked(late.filter { $0.match == .providerID }.map(\.providerID))) > 0
                    }
                    try await owner.run(InsertStormMessages(messages: late))
                }
                let requests = Array(storm.shuffled[(portion * size)..<((portion + 1) * size)])
                accepted += await Sender(ports: ports, connections: 16).send(requests).count { $0 == 200 }
                try await eventually(within: .seconds(60), "worker \(portion + 1) was killed") {
                    await fleet.ends["signal 9", default: 0] > portion
                }
            }
            return accepted
        }

        /// One a second, yet none before something was settled since: where a start takes seconds, none would ever get to work.
        private func killOneAfterAnother(_ fleet: WorkerFleet, _ owner: Watch) async {
            var place = 0
            var settled: Int64 = -1
            while true {
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
                guard let now = try? await owner.conservation() else { continue }
                let isIdle = now.waiting == 0
                // What is parked is matched by workers that live for some seconds.
                if isIdle
                    ? await fleet.ends["signal 9", default: 0] >= Self.portions : now.processed + now.dead == settled
                {
                    continue
                }
                settled = now.processed + now.dead
                await fleet.kill(place % 3)
                place += 1
            }
        }
    }
}

/// Receipts that found their message.
private struct CountMatched: Statement {
    static let access = StatementAccess.reads
    static let sql = "SELECT count(*) FROM outbox.receipt AS r WHERE r.entry_id IS NOT NULL"

    func decode(_ rows: Rows) throws(PostgresError) -> Int {
        try rows.single { row throws(PostgresError) in Int(try row.int64()) }
    }
}

/// Parked receipts with one of these message ids.
private struct CountParked: Statement {
    static let access = StatementAccess.reads
    static let sql = """
        SELECT count(*) FROM outbox.receipt AS r WHERE r.entry_id IS NULL AND r.message_id = ANY ($1::text[])
        """
    let messageIDs: [String]

    init(_ messageIDs: [String]) { self.messageIDs = messageIDs }

    func bind(_ parameters: inout Parameters) {
        var ids = ArrayParameter(.text)
        for id in messageIDs { ids.append(id) }
        parameters.append(ids)
    }

    func decode(_ rows: Rows) throws(PostgresError) -> Int {
        try rows.single { row throws(PostgresError) in Int(try row.int64()) }
    }
}

/// Webhooks that were processed and were neither a duplicate nor a conflict.
private struct CountNew: Statement {
    static let access = StatementAccess.reads
    static let sql = """
        SELECT coalesce(sum(CASE WHEN t.kind = 'processed' THEN t.count ELSE -t.count END), 0)::bigint
        FROM queue.tally AS t WHERE t.kind IN ('processed', 'duplicate', 'conflict')
        """

    func decode(_ rows: Rows) throws(PostgresError) -> Int {
        try rows.single { row throws(PostgresError) in Int(try row.int64()) }
    }
}
