import Glibc
import TestSupport
import Testing

extension EndToEnd {
    /// The executable that delivers notifications, against receivers of all kinds.
    @Suite struct AlertWorkerTests {
        private static func ids(_ receiver: WebhookReceiver) -> [String] {
            receiver.requests.compactMap { $0.headers["webhook-id"] }
        }

        @Test func `two workers share the work, and each notification is delivered and written down once`() async throws
        {
            try await withStack { stack, database in
                try await withReceiver { receiver in
                    let endpoints = try await [
                        database.addEndpoint(port: receiver.port), database.addEndpoint(port: receiver.port),
                    ]
                    var workers: [Stack.AlertWorker] = []
                    for place in 0..<2 { workers.append(try await stack.alertWorker(place: place)) }
                    for endpoint in endpoints { try await database.notify(endpoint, count: 100) }
                    try await eventually("all are settled") { try await database.queuedNotifications() == 0 }
                    #expect(receiver.requests.count == 200 && Set(Self.ids(receiver)).count == 200)
                    let tries = try await database.sql(
                        "SELECT outcome, number, count(*), count(DISTINCT notification_id) FROM alert.delivery GROUP BY 1, 2"
                    )
                    #expect(tries == ["delivered|1|200|200"])
                    let claimed = try await database.sql(
                        "SELECT count(*) FROM monitor.workers WHERE executable = 'postroom-alert-worker' AND alive",
                        user: "postroom_monitor")
                    #expect(claimed == ["2"])
                    let metrics = try await HTTPProbe.get("/metrics", port: workers[0].adminPort).text
                    #expect(metrics.contains("postroom_alert_deliveries_total{outcome=\"delivered\"}"))
                    for worker in workers { #expect(await worker.process.terminate() == .code(0)) }
                }
            }
        }

        @Test func `a worker killed in mid-delivery: another delivers it with the same id, and it is settled once`()
            async throws
        {
            try await withStack { stack, database in
                let latch = TestLatch()
                try await withReceiver(reply: { _, number in
                    if number == 1 { latch.wait() }
                    return .status(200)
                }) { receiver in
                    defer { latch.open() }
                    try await database.notify(try await database.addEndpoint(port: receiver.port))
                    let killed = try await stack.alertWorker()
                    try await eventually("it has written the request") { receiver.requests.count == 1 }
                    await killed.process.kill()
                    try await Self.endLeases(database)
                    let other = try await stack.alertWorker(place: 1)
                    try await eventually("another has settled it") { try await database.queuedNotifications() == 0 }
                    #expect(receiver.requests.count == 2 && Set(Self.ids(receiver)).count == 1)
                    #expect(Set(receiver.requests.map(\.body)).count == 1)
                    #expect(try await database.sql("SELECT number, outcome FROM alert.delivery") == ["1|delivered"])
                    #expect(await other.process.terminate() == .code(0))
                }
            }
        }

        @Test func `a worker stopped past its lease settles nothing with the answer it then reads`() async throws {
            try await withStack { stack, database in
                let latch = TestLatch()
                try await withReceiver(reply: { _, number in
                    if number == 1 { latch.wait() }
                    return .status(number == 1 ? 410 : 200)
                }) { receiver in
                    defer { latch.open() }
                    try await database.notify(try await database.addEndpoint(port: receiver.port))
                    let stopped = try await stack.alertWorker()
                    try await eventually("it has written the request") { receiver.requests.count == 1 }
                    stopped.process.signal(SIGSTOP)
                    try await Self.endLeases(database)
                    let other = try await stack.alertWorker(place: 1)
                    try await eventually("another has settled it") { try await database.queuedNotifications() == 0 }
                    latch.open()
                    stopped.process.signal(SIGCONT)
                    try await eventually("it has read its answer, and was told that it is late") {
                        let text = try await HTTPProbe.get("/metrics", port: stopped.adminPort).text
                        return text.contains("\npostroom_alert_outcomes_late_total 1\n")
                    }
                    #expect(try await database.sql("SELECT number, outcome FROM alert.delivery") == ["1|delivered"])
                    #expect(try await database.sql("SELECT disabled_at IS NULL FROM alert.endpoint") == ["t"])
                    for worker in [stopped, other] { #expect(await worker.process.terminate() == .code(0)) }
                }
            }
        }

        @Test func `a receiver that is down at first gets it later, and one that is gone is left alone`() async throws {
            try await withStack { stack, database in
                // A port that nobody listens on until the receiver comes up, and that no outgoing connection takes.
                let port = try freePort()
                try await withReceiver(reply: { _, _ in .status(410) }) { gone in
                    let down = try await database.addEndpoint(port: port)
                    let left = try await database.addEndpoint(port: gone.port)
                    try await database.notify(down)
                    try await database.notify(left, count: 10)
                    let worker = try await stack.alertWorker()
                    try await eventually("both have failed") {
                        try await database.sql("SELECT DISTINCT outcome FROM alert.delivery ORDER BY 1")
                            == ["failed", "given_up", "gone"]
                    }
                    try await withReceiver(port: port) { receiver in
                        try await eventually("it is delivered") {
                            try await database.sql(
                                "UPDATE queue.notification SET due_at = now() WHERE lease_owner IS NULL")
                            return try await database.queuedNotifications() == 0
                        }
                        // Within a second its owner is told of the other endpoint, here too.
                        #expect(receiver.requests.count { $0.body.holds("alert.test") } == 1)
                    }
                    #expect(gone.requests.count <= 4)
                    try await eventually("the owner is told once") {
                        try await database.sql(
                            "SELECT data ->> 'endpointId' FROM alert.notification WHERE kind = 'endpoint.disabled'")
                            == [left]
                    }
                    #expect(await worker.process.terminate() == .code(0))
                }
            }
        }

        @Test func `told to stop, a worker finishes the delivery under way, and takes up no other`() async throws {
            try await withStack { stack, database in
                let latch = TestLatch()
                try await withReceiver(reply: { _, _ in
                    latch.wait()
                    return .status(200)
                }) { receiver in
                    defer { latch.open() }
                    let endpoint = try await database.addEndpoint(port: receiver.port)
                    let worker = try await stack.alertWorker()
                    try await database.notify(endpoint)
                    try await eventually("it has written the request") { receiver.requests.count == 1 }
                    async let end = worker.process.terminate()
                    try await eventually("it drains") {
                        (try? await HTTPProbe.get("/readyz", port: worker.adminPort))?.status == 503
                    }
                    try await database.notify(endpoint)
                    latch.open()
                    #expect(await end == .code(0))
                    #expect(try await database.sql("SELECT outcome FROM alert.delivery") == ["delivered"])
                    #expect(
                        try await database.sql("SELECT lease_owner IS NULL, tries FROM queue.notification") == ["t|0"])
                }
            }
        }

        @Test func `without the setting nothing is delivered to this machine, and without a key nothing at all`()
            async throws
        {
            try await withStack { stack, database in
                try await withReceiver { receiver in
                    try await database.notify(try await database.addEndpoint(port: receiver.port))
                    let blind = try await stack.alertWorker(environment: ["POSTROOM_ALERT_KEY": ""])
                    #expect(blind.process.lines.contains { $0.contains("POSTROOM_ALERT_KEY is unset") })
                    // Somebody is told before it is forgotten.
                    let rule = "SELECT ok FROM monitor.health WHERE name = 'deliveries_wait'"
                    #expect(try await database.sql(rule, user: "postroom_monitor") == ["t"])
                    try await database.sql("UPDATE queue.notification SET due_at = now() - interval '6 min'")
                    #expect(try await database.sql(rule, user: "postroom_monitor") == ["f"])
                    #expect(await blind.process.terminate() == .code(0))
                    #expect(try await database.queuedNotifications() == 1)
                    let worker = try await stack.alertWorker(environment: ["POSTROOM_ALERT_ALLOWED_NETWORKS": ""])
                    try await eventually("it is blocked") {
                        try await database.sql("SELECT outcome FROM alert.delivery") == ["blocked"]
                    }
                    #expect(receiver.connectionCount == 0)
                    #expect(await worker.process.terminate() == .code(0))
                }
            }
        }

        @Test func `without a key, too, a worker is ready while Postgres is there, and only then`() async throws {
            try await withTestDatabase { database in
                let proxy = try FaultProxy(to: database.url)
                defer { proxy.close() }
                try await withTemporaryFolder { folder in
                    try await withProcesses { processes in
                        let stack = Stack(processes, folder: folder) { proxy.url(database: database.name, user: $0) }
                        let worker = try await stack.alertWorker(environment: ["POSTROOM_ALERT_KEY": ""])
                        proxy.begin(.refuse)
                        try await eventually("it is not ready") {
                            let answer = try await HTTPProbe.get("/readyz", port: worker.adminPort)
                            return answer.status == 503 && answer.text.contains("database")
                        }
                        proxy.end()
                        try await eventually("it is ready again") {
                            try await HTTPProbe.get("/readyz", port: worker.adminPort).status == 200
                        }
                        #expect(await worker.process.terminate() == .code(0))
                    }
                }
            }
        }

        private static func endLeases(_ database: TestDatabase) async throws {
            try await database.sql(
                "UPDATE queue.notification SET lease_until = now() - interval '1 s' WHERE lease_owner IS NOT NULL")
        }
    }
}
