import Domain
import PostgresClient
import TestSupport
import Testing

@testable import Alerting
@testable import Store

@Suite struct `The settlement of deliveries` {
    private static let url = "http://127.0.0.1:9/"

    /// It has ended, or was made while the database's clock was ahead.
    @Test(arguments: ["- interval '1 s'", "+ interval '1 hour'"])
    func `a lost lease settles nothing, and its rescue is delivered again`(end: String) async throws {
        try await withDeliveries { bed in
            let endpoint = try await bed.endpoint(Self.url)
            try await bed.notify(endpoint)
            try await bed.withWorker { stale in
                let old = await stale.claim()
                #expect(old.count == 1)
                #expect(await stale.claim().isEmpty)
                try await bed.database.sql("UPDATE queue.notification SET lease_until = now() \(end)")
                let pool = ConnectionPool(stale.configuration.database, capacity: 1)
                #expect(try await pool.run(RescueNotifications(limit: 10), timeout: .seconds(10)) == 1)
                await pool.close()
                try await bed.withWorker { other in
                    let new = await other.claim()
                    #expect(new.map(\.key) == old.map(\.key) && new.map(\.fence) == [2])
                    await stale.record(old, .status(200, retryAfter: nil))
                    let tries = try await bed.tries()
                    #expect(tries.isEmpty)
                    #expect(try await bed.queued() == 1)
                    await other.record(new, .status(200, retryAfter: nil))
                }
            }
            #expect(try await bed.tries() == ["1|delivered|200"])
            #expect(try await bed.queued() == 0)
        }
    }

    @Test func `the same hand's lease of before settles nothing either`() async throws {
        try await withDeliveries { bed in
            try await bed.notify(try await bed.endpoint(Self.url))
            try await bed.withWorker { worker in
                let old = await worker.claim()
                try await bed.database.sql("UPDATE queue.notification SET lease_owner = NULL, lease_until = NULL")
                let new = await worker.claim()
                await worker.record(old, .failed("No."))
                #expect(try await bed.tries().isEmpty)
                await worker.record(new, .failed("No."))
            }
            #expect(try await bed.tries() == ["1|failed|-"])
        }
    }

    @Test func `what was not begun is due again, and what was perhaps not claimed is left to its lease`() async throws {
        try await withDeliveries { bed in
            try await bed.notify(try await bed.endpoint(Self.url))
            let held = "SELECT count(*) FROM queue.notification WHERE lease_owner IS NOT NULL"
            try await bed.withWorker { worker in
                let claims = await worker.claim()
                // By then it may be claimed anew, by the same process, and with the same fence.
                await worker.leave(claims, .neverClaimed)
                let stays = try await bed.database.sql(held)
                #expect(stays == ["1"])
                await worker.leave(claims, .notBegun)
                let left = try await bed.database.sql(held)
                #expect(left == ["0"])
            }
            let tries = try await bed.tries()
            #expect(tries.isEmpty)
        }
    }

    @Test func `written again, a commit in doubt changes nothing`() async throws {
        try await withDeliveries { bed in
            let endpoint = try await bed.endpoint(Self.url)
            try await bed.notify(endpoint, count: 3)
            try await bed.withWorker { worker in
                let claims = await worker.claim()
                let answers: [DeliveryAnswer] = [
                    .status(200, retryAfter: nil), .failed("No."), .status(410, retryAfter: nil),
                ]
                let reports = zip(claims, answers).map { DeliveryReport($0, $1, jitter: 0.5) }
                let connection = try Connection.open(worker.configuration.database, deadline: .in(.seconds(10)))
                for _ in 0..<2 {
                    try worker.store.store(reports, lockWait: nil, on: connection)
                }
                connection.close()
            }
            #expect(
                try await bed.database.sql("SELECT outcome, count(*) FROM alert.delivery GROUP BY 1 ORDER BY 1")
                    == ["delivered|1", "failed|1", "given_up|1", "gone|1"])
            #expect(try await bed.database.sql("SELECT count(*) FROM alert.event") == ["1"])
            #expect(try await bed.queued() == 0)
        }
    }

    @Test func `what was not tried is free again, and does not count`() async throws {
        try await withDeliveries { bed in
            try await bed.notify(try await bed.endpoint(Self.url))
            try await bed.withWorker { worker in
                await worker.record(await worker.claim(), .notTried)
                #expect(await worker.claim().map(\.triesBefore) == [0])
            }
            #expect(try await bed.tries().isEmpty)
        }
    }

    @Test func `410 disables the endpoint, tells its owner, and gives up what is queued for it`() async throws {
        try await withDeliveries { bed in
            let (gone, other) = (try await bed.endpoint(Self.url), try await bed.endpoint(Self.url))
            try await bed.notify(gone, count: 5)
            try await bed.notify(other)
            try await bed.withWorker { worker in
                let claims = await worker.claim(2).filter { $0.key.endpointID == gone }
                await worker.record(claims, .status(410, retryAfter: nil))
            }
            let endpoints = try await bed.database.sql(
                "SELECT disabled_reason, disabled_at IS NOT NULL FROM alert.endpoint WHERE id = '\(gone)'")
            #expect(endpoints == ["gone|t"])
            let events = try await bed.database.sql("SELECT account, kind, subject, data->>'reason' FROM alert.event")
            #expect(events == ["default|endpoint.disabled|\(gone)|gone"])
            let left = try await bed.database.sql("SELECT endpoint_id FROM queue.notification")
            #expect(left == ["\(other)"])
            let outcomes = try await bed.database.sql(
                "SELECT outcome, sum(count(*)) OVER () FROM alert.delivery GROUP BY 1 ORDER BY 1")
            #expect(outcomes == ["given_up|5", "gone|5"])
        }
    }

    @Test func `a result of an address that its owner has changed meanwhile says nothing of the new one`() async throws
    {
        try await withDeliveries { bed in
            let endpoint = try await bed.endpoint(Self.url)
            try await bed.notify(endpoint, count: 3)
            try await bed.withWorker { worker in
                let claims = await worker.claim(2)
                try await bed.database.sql("UPDATE alert.endpoint SET url = 'http://127.0.0.1:10/'")
                await worker.record(claims, .status(410, retryAfter: nil))
            }
            let endpoints = try await bed.database.sql(
                "SELECT disabled_at IS NULL, failing_since IS NULL FROM alert.endpoint WHERE id = '\(endpoint)'")
            #expect(endpoints == ["t|t"])
            #expect(try await bed.queued() == 1)
        }
    }

    @Test func `what is in flight to an endpoint that is disabled meanwhile is not given up, and ends as it ends`()
        async throws
    {
        try await withDeliveries { bed in
            try await bed.notify(try await bed.endpoint(Self.url), count: 3)
            try await bed.withWorker { worker in
                let (first, second) = (await worker.claim(1), await worker.claim(1))
                await worker.record(first, .status(410, retryAfter: nil))
                let left = try await bed.queued()
                #expect(left == 1)
                await worker.record(second, .status(200, retryAfter: nil))
            }
            let outcomes = try await bed.database.sql(
                "SELECT outcome, count(*) FROM alert.delivery GROUP BY 1 ORDER BY 1")
            #expect(outcomes == ["delivered|1", "given_up|1", "gone|1"])
            #expect(try await bed.queued() == 0)
        }
    }

    @Test func `an endpoint that fails for days without a success is disabled, once`() async throws {
        try await withDeliveries { bed in
            let endpoint = try await bed.endpoint(Self.url)
            try await bed.notify(endpoint, count: 8)
            try await bed.withWorker { worker in
                func fail(_ answer: DeliveryAnswer = .failed("No.")) async {
                    await worker.record(await worker.claim(1), answer)
                }
                func since(_ interval: String) async throws {
                    try await bed.database.sql(
                        "UPDATE alert.endpoint SET failing_since = now() - interval '\(interval)'")
                }
                func reason() async throws -> [String] {
                    try await bed.database.sql("SELECT coalesce(disabled_reason, '-') FROM alert.endpoint")
                }
                await fail()
                try await since("4 days 23 hours")
                await fail(.status(500, retryAfter: nil))
                #expect(try await reason() == ["-"])
                // A success, and it begins anew.
                try await since("6 days")
                await fail(.status(204, retryAfter: nil))
                await fail()
                #expect(try await reason() == ["-"])
                try await since("5 days 1 hour")
                await fail(.blocked("No."))
                #expect(try await reason() == ["failing"])
            }
            #expect(try await bed.queued() == 0)
            let events = try await bed.database.sql("SELECT kind, subject, data->>'reason' FROM alert.event")
            #expect(events == ["endpoint.disabled|\(endpoint)|failing"])
        }
    }

    @Test func `of one batch the last result of an endpoint counts, and a 410 whenever it came`() async throws {
        func report(_ endpoint: UInt128, _ answer: DeliveryAnswer) -> DeliveryReport {
            let item = ClaimedNotification.test(endpoint: EndpointID(rawValue: endpoint))
            return DeliveryReport(item, answer, jitter: 0.5)
        }
        let results = DeliveryStore.results([
            report(2, .failed("No.")), report(1, .status(410, retryAfter: nil)),
            report(2, .status(200, retryAfter: nil)),
            report(1, .status(200, retryAfter: nil)), report(3, .notTried),
        ])
        #expect(results.map(\.id.rawValue) == [1, 2])
        #expect(results.map(\.isGone) == [true, false] && results.map(\.succeeded) == [true, true])
    }

    @Test func `two workers share the work, and nothing is claimed twice`() async throws {
        try await withDeliveries { bed in
            for _ in 0..<10 { try await bed.notify(try await bed.endpoint(Self.url), count: 4) }
            try await bed.withWorker { one in
                try await bed.withWorker { two in
                    async let left = one.claim(20)
                    async let right = two.claim(20)
                    let claims = await left + right
                    #expect(Set(claims.map(\.key)).count == claims.count)
                    #expect(!claims.isEmpty)
                    let rest = await one.claim() + two.claim()
                    #expect(Set((claims + rest).map(\.key)).count == 40)
                }
            }
        }
    }

    @Test func `an endpoint with everything in flight that it may have gets no more`() async throws {
        try await withDeliveries { bed in
            let endpoint = try await bed.endpoint(Self.url)
            try await bed.notify(endpoint, count: 10)
            try await bed.withWorker { worker in
                #expect(await worker.claim(inFlight: [endpoint.description: 4]).isEmpty)
                #expect(await worker.claim(inFlight: [endpoint.description: 1]).count == 3)
            }
        }
    }
}

extension ClaimedNotification {
    /// One that no database knows.
    static func test(endpoint: EndpointID) -> ClaimedNotification {
        ClaimedNotification(
            key: NotificationKey(notificationID: NotificationID(rawValue: 1), endpointID: endpoint), fence: 1,
            triesBefore: 0, isPastTime: false, isWanted: true, content: nil, url: "", secretVersion: 1,
            oldestVersion: 1, claimedAt: .now)
    }
}
