import TestSupport
import Testing

extension EndToEnd {
    /// The line between the processes and Postgres goes wrong in every way, one after another, under load.
    @Suite struct ProxyFaultTests {
        /// How long a fault lasts once it was felt.
        private static let faultTime = Duration.seconds(1)

        @Test func `webhooks are stored and have their effects once, however the line to Postgres fails`() async throws
        {
            try await withTroubledStack { stack, database, proxy in
                let ingress = try await stack.ingress(["POSTROOM_STORE_DEADLINE": "500ms"])
                let workers = [try await stack.worker(place: 0), try await stack.worker(place: 1)]
                let load = Load(port: ingress.port, connections: 8) { Access.onoff(id: $0, text: "") }
                try await whileConserved(database.url(user: "postroom_monitor")) {
                    for fault in FaultProxy.Fault.allCases {
                        var before = load.sofar.stored.count
                        try await eventually(within: .seconds(60), "there is load before: \(fault)") {
                            load.sofar.stored.count > before + 100
                        }
                        proxy.begin(fault)
                        try await eventually(within: .seconds(60), "it is felt: \(fault)") {
                            let cut = proxy.commitsCut
                            // The ingress's inserts, and the workers' transactions.
                            return fault == .cutCommit
                                ? cut.statements > 0 && cut.transactions > 0 : proxy.felt(fault) > 0
                        }
                        try await Task.sleep(for: Self.faultTime)
                        proxy.end()
                        before = load.sofar.stored.count
                        try await eventually(within: .seconds(60), "they are taken again after: \(fault)") {
                            load.sofar.stored.count > before + 100
                        }
                    }
                    let record = await load.stop()
                    // An ingress that lives breaks no connection: whoever is not promised anything comes again.
                    #expect(record.strange == [] && record.broken == 0)
                    try await expectAllInTheEnd(record.stored, url: database.url)
                }
                for process in workers + [ingress.process] {
                    // One may be waiting for an answer that was swallowed.
                    #expect(await process.terminate(grace: .seconds(30)) == .code(0), "\(process.log)")
                }
            }
        }

        @Test func `a commit whose answer was lost is repeated at once, so that nobody is refused for it`() async throws
        {
            try await withTroubledStack { stack, database, proxy in
                // Without a spool, and with time for many tries.
                let ingress = try await stack.ingress()
                let load = Load(port: ingress.port, connections: 8) { Access.onoff(id: $0, text: "") }
                proxy.begin(.cutCommit)
                try await eventually(within: .seconds(60), "commits lose their answers, and are repeated") {
                    // Only a repeat that finds all there counts none, and no worker is there that would fold it.
                    guard proxy.commitsCut.statements > 4 else { return false }
                    return try await database.sql(
                        "SELECT count(*) > 0 FROM queue.tally WHERE kind = 'accepted' AND count = 0") == ["t"]
                }
                proxy.end()
                let before = load.sofar.stored.count
                try await eventually(within: .seconds(60), "they are taken") {
                    load.sofar.stored.count > before + 100
                }
                let record = await load.stop()
                #expect(record.strange == [] && record.broken == 0 && record.refused == 0)
                let worker = try await stack.worker()
                try await expectAllInTheEnd(record.stored, url: database.url)
                for process in [ingress.process, worker] { #expect(await process.terminate() == .code(0)) }
            }
        }

        @Test func `no message is sent twice, however the line to Postgres fails`() async throws {
            try await withTroubledStack { stack, database, proxy in
                let sends = try await Sends(
                    stack, direct: { database.url(user: $0) }, count: 600, script: "delay=20ms-200ms,no-receipt=0.1",
                    apiCount: 2, seed: testSeed("faulty line"))
                let workers = [try await sends.worker(), try await sends.worker(), try await stack.worker()]
                let faults = FaultProxy.Fault.allCases
                let size = sends.messages.count / faults.count
                var answers: [SendClient.Answer] = []
                for (place, fault) in faults.enumerated() {
                    async let sent = sends.send(sends.messages[(place * size)..<((place + 1) * size)])
                    proxy.begin(fault)
                    try await eventually(within: .seconds(60), "it is felt: \(fault)") {
                        let cut = proxy.commitsCut
                        // The APIs' groups commit in a flight, the workers by a statement.
                        return fault == .cutCommit ? cut.flights > 0 && cut.transactions > 0 : proxy.felt(fault) > 0
                    }
                    try await Task.sleep(for: Self.faultTime)
                    proxy.end()
                    answers += await sent
                }
                try await sends.expectEachSentOnce(answers)
                for process in workers + sends.apis { #expect(await process.terminate() == .code(0)) }
            }
        }

        private func withTroubledStack(_ body: (Stack, TestDatabase, FaultProxy) async throws -> Void) async throws {
            try await withTestDatabase { database in
                let proxy = try FaultProxy(to: database.url)
                defer { proxy.close() }
                try await withTemporaryFolder { folder in
                    try await withProcesses { processes in
                        let stack = Stack(processes, folder: folder) {
                            proxy.url(database: database.name, user: $0)
                        }
                        try await body(stack, database, proxy)
                    }
                }
            }
        }
    }
}
