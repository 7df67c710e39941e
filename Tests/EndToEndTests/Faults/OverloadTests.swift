import TestSupport
import Testing

extension EndToEnd {
    /// More webhooks than Postgres takes, from callers that do not wait for one another.
    @Suite struct OverloadTests {
        @Test func `what there is no room for is refused at once, and all else is stored when Postgres takes it again`()
            async throws
        {
            try await withStack { stack, database in
                // Nobody is refused for lateness here, so 503 can only mean: no room.
                let ingress = try await stack.ingress(["POSTROOM_STORE_DEADLINE": "60s"])
                // 32 MiB may wait, and 8 MiB be in the statement under way: 640 of these and a few.
                let text = String(repeating: "a", count: 65_000)
                let requests = (0..<760).map { Access.onoff(id: "webhook \($0)", text: text) }
                let sender = Sender(ports: [ingress.port], connections: requests.count)
                var statuses: [Int] = []
                try await whileNothingCanBeStored(stack.processes, database) { letGo in
                    async let sent = sender.send(requests)
                    try await eventually("those without room have their answer") {
                        let refused = try await answers(503, ingress)
                        return refused >= 100
                    }
                    #expect(try await answers(200, ingress) == 0)
                    try await letGo()
                    statuses = await sent
                }
                let stored = statuses.count { $0 == 200 }
                #expect(stored + statuses.count { $0 == 503 } == requests.count, "\(Set(statuses))")
                #expect(stored >= 500)
                #expect(try await database.sql("SELECT count(*) FROM inbox.webhook") == ["\(stored)"])
                #expect(try await database.sql("SELECT count(*) FROM queue.webhook") == ["\(stored)"])
                // There is room again, for as many as before.
                let after = requests.prefix(400)
                #expect(await sender.send(Array(after)).allSatisfy { $0 == 200 })
            }
        }

        @Test func `a queue as deep as the deadline recovers once Postgres takes webhooks again`() async throws {
            try await withStack { stack, database in
                let ingress = try await stack.ingress(["POSTROOM_STORE_DEADLINE": "1s"])
                let load = Load(port: ingress.port, connections: 200) { Access.onoff(id: $0, text: "") }
                try await eventually("there is load") { load.sofar.stored.count > 1_000 }
                try await whileNothingCanBeStored(stack.processes, database) { letGo in
                    let before = load.sofar.refused
                    try await eventually("they are refused, again and again") { load.sofar.refused > before + 600 }
                    try await letGo()
                }
                let before = load.sofar.stored.count
                try await eventually("they are taken again") { load.sofar.stored.count > before + 1_000 }
                let record = await load.stop()
                #expect(record.strange == [] && record.broken == 0)
                let request = Access.onoff(id: "later", text: "mark-999-1-end")
                let statuses = await Sender(ports: [ingress.port], connections: 1).send([request])
                #expect(statuses == [200])
                try await expectStoredOnce(record, database)
            }
        }

        /// How many requests it has answered so, on any route.
        private func answers(_ status: Int, _ ingress: Stack.Ingress) async throws -> Int {
            let page = try await HTTPProbe.get("/metrics", port: ingress.adminPort).text
            return page.split(separator: "\n")
                .filter { $0.hasPrefix("postroom_ingress_requests_total{") && $0.contains("status=\"\(status)\"") }
                .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
                .reduce(0) { $0 + Int($1) }
        }
    }
}
