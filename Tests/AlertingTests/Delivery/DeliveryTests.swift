import Domain
import PostgresClient
import Store
import TestSupport
import Testing

@testable import Alerting

@Suite struct `Deliveries` {
    @Test func `reach the endpoint signed, and leave the queue`() async throws {
        try await withDeliveries { bed in
            try await withReceiver { receiver in
                let endpoint = try await bed.endpoint("http://127.0.0.1:\(receiver.port)/a")
                let ids = try await bed.notify(endpoint, count: 20)
                try await bed.withWorker { worker in
                    try await worker.run(until: "all are settled") { try await bed.queued() == 0 }
                }
                #expect(Set(receiver.requests.compactMap { $0.headers["webhook-id"] }) == Set(ids.map(\.description)))
                #expect(receiver.requests.count == 20)
                let secret = bed.key.secret(of: endpoint, version: 1).text.revealed
                let verifier = try #require(WebhookVerifier(secret: secret))
                #expect(receiver.requests.allSatisfy { verifier.verifies($0.headers, $0.body) })
                #expect(try await bed.tries() == Array(repeating: "1|delivered|204", count: 20))
                #expect(try await bed.database.sql("SELECT failing_since IS NULL FROM alert.endpoint") == ["t"])
            }
        }
    }

    @Test func `are signed at the database's time, whatever this machine's clock says`() async throws {
        try await withDeliveries { bed in
            try await withReceiver { receiver in
                let endpoint = try await bed.endpoint("http://127.0.0.1:\(receiver.port)/")
                try await bed.notify(endpoint)
                try await bed.withWorker { worker in
                    let before = Timestamp.now
                    var claims = await worker.claim()
                    let claimed = try #require(claims.first).claimedAt
                    #expect(before <= claimed && claimed <= .now)
                    // As where it is an hour behind here.
                    claims[0].claimedAt = claimed + .seconds(3_600)
                    await worker.deliver(claims, after: .seconds(7))
                }
                let headers = try #require(receiver.requests.first).headers
                let signed = try #require(headers["webhook-timestamp"].flatMap { Int64($0) })
                let since = signed - Timestamp.now.microseconds / 1_000_000
                #expect((3_500...3_607).contains(since), "\(since)")
                let secret = bed.key.secret(of: endpoint, version: 1).text.revealed
                let verifier = try #require(WebhookVerifier(secret: secret))
                #expect(verifier.verifies(headers, receiver.requests[0].body, now: signed))
                #expect(try await bed.tries() == ["1|delivered|204"])
            }
        }
    }

    @Test func `are signed with both secrets while a rotation overlaps`() async throws {
        try await withDeliveries { bed in
            try await withReceiver { receiver in
                let endpoint = try await bed.endpoint(
                    "http://127.0.0.1:\(receiver.port)/", secretVersion: 2, previousIsValid: true)
                try await bed.notify(endpoint)
                try await bed.withWorker { worker in
                    try await worker.run(until: "it is settled") { try await bed.queued() == 0 }
                    try await bed.database.sql("UPDATE alert.endpoint SET previous_valid_until = now()")
                    try await bed.notify(endpoint)
                }
                try await bed.withWorker { worker in
                    try await worker.run(until: "the second, too") { try await bed.queued() == 0 }
                }
                let verifies = try receiver.requests.map { request in
                    try [Int32(1), 2, 3].map { version in
                        let secret = bed.key.secret(of: endpoint, version: version).text.revealed
                        return try #require(WebhookVerifier(secret: secret)).verifies(request.headers, request.body)
                    }
                }
                #expect(verifies == [[true, true, false], [false, true, false]])
            }
        }
    }

    @Test(arguments: [(1, [true, true, true, false]), (2, [false, true, true, false])])
    func `are signed with the secret of every rotation whose time is not over`(
        oldest: Int, expected: [Bool]
    ) async throws {
        try await withDeliveries { bed in
            try await withReceiver { receiver in
                let endpoint = try await bed.endpoint(
                    "http://127.0.0.1:\(receiver.port)/", secretVersion: 3, previousIsValid: true, oldestVersion: oldest
                )
                try await bed.notify(endpoint)
                try await bed.withWorker { worker in
                    try await worker.run(until: "it is settled") { try await bed.queued() == 0 }
                }
                let request = try #require(receiver.requests.first)
                let verifies = try [Int32(1), 2, 3, 4].map { version in
                    let secret = bed.key.secret(of: endpoint, version: version).text.revealed
                    return try #require(WebhookVerifier(secret: secret)).verifies(request.headers, request.body)
                }
                #expect(verifies == expected)
            }
        }
    }

    @Test func `that fail come again with the same id and bytes, and the endpoint's failure ends with a success`()
        async throws
    {
        try await withDeliveries { bed in
            try await withReceiver(reply: { _, number in number < 4 ? .status(500) : .status(200) }) { receiver in
                let endpoint = try await bed.endpoint("http://127.0.0.1:\(receiver.port)/")
                let id = try await bed.notify(endpoint)[0]
                try await bed.withWorker { worker in
                    for tried in 1...4 {
                        try await worker.run(until: "try \(tried) is written down") {
                            try await bed.tries().count == tried
                        }
                        let waiting = try await bed.database.sql(
                            "SELECT tries, due_at > now(), lease_owner IS NULL FROM queue.notification")
                        #expect(waiting == (tried < 4 ? ["\(tried)|t|t"] : []))
                        let isFailing = try await bed.database.sql(
                            "SELECT failing_since IS NOT NULL FROM alert.endpoint")
                        #expect(isFailing == [tried < 4 ? "t" : "f"])
                        try await bed.makeDue()
                    }
                }
                #expect(
                    try await bed.tries() == ["1|refused|500", "2|refused|500", "3|refused|500", "4|delivered|200"])
                #expect(receiver.requests.count == 4)
                #expect(Set(receiver.requests.map(\.body)).count == 1)
                #expect(Set(receiver.requests.map { $0.headers["webhook-id"] }) == ["\(id)"])
            }
        }
    }

    @Test func `go to each of many endpoints in turn, also one at a time`() async throws {
        try await withDeliveries { bed in
            try await bed.database.sql(
                """
                INSERT INTO queue.notification (notification_id, endpoint_id, account, due_at, give_up_at)
                SELECT gen_random_uuid(), e.id, e.account, now() - interval '1 second', 'infinity'
                FROM (SELECT gen_random_uuid() AS id, 'account ' || n AS account FROM generate_series(1, 300) AS n) AS e
                CROSS JOIN generate_series(1, 3)
                """)
            try await bed.withWorker { worker in
                var seen: [EndpointID] = []
                for _ in 0..<303 where seen.count < 300 { seen += await worker.claim(1).map(\.key.endpointID) }
                #expect(seen.count == 300 && Set(seen).count == 300)
            }
        }
    }

    @Test func `end with the schedule, and say so`() async throws {
        try await withDeliveries { bed in
            let endpoint = try await bed.endpoint("http://127.0.0.1:9/")
            try await bed.notify(endpoint)
            try await bed.database.sql("UPDATE queue.notification SET tries = 9")
            try await bed.withWorker { worker in
                let claims = await worker.claim()
                #expect(claims.map(\.triesBefore) == [9])
                await worker.record(claims, .failed("No."))
            }
            #expect(try await bed.tries() == ["1|failed|-", "2|given_up|-"])
            #expect(try await bed.queued() == 0)
        }
    }

    @Test func `are given up untried past their time, without a notification, and where the endpoint is off`()
        async throws
    {
        try await withDeliveries { bed in
            try await withReceiver { receiver in
                let url = "http://127.0.0.1:\(receiver.port)/"
                let (late, off, deleted) = (
                    try await bed.endpoint(url), try await bed.endpoint(url), try await bed.endpoint(url)
                )
                for endpoint in [late, off, deleted] { try await bed.notify(endpoint) }
                try await bed.database.sql(
                    """
                    UPDATE queue.notification SET give_up_at = now() WHERE endpoint_id = '\(late)';
                    UPDATE alert.endpoint SET disabled_at = now(), disabled_reason = 'user' WHERE id = '\(off)';
                    UPDATE alert.endpoint SET deleted_at = now() WHERE id = '\(deleted)';
                    INSERT INTO queue.notification (notification_id, endpoint_id, due_at, give_up_at)
                    VALUES (gen_random_uuid(), '\(late)', now(), 'infinity'),
                           (gen_random_uuid(), gen_random_uuid(), now(), 'infinity');
                    """)
                try await bed.withWorker { worker in
                    try await worker.run(until: "nothing is queued") { try await bed.queued() == 0 }
                }
                #expect(try await bed.tries() == Array(repeating: "1|given_up|-", count: 5))
                #expect(receiver.connectionCount == 0)
                #expect(try await bed.database.sql("SELECT count(*) FROM alert.event") == ["0"])
            }
        }
    }

    @Test func `to one that is slow hold up nobody else, and are few at a time`() async throws {
        let latch = TestLatch()
        try await withDeliveries { bed in
            try await withReceiver(reply: { _, _ in
                latch.wait()
                return .status(200)
            }) { slow in
                defer { latch.open() }
                try await withReceiver { quick in
                    let first = try await bed.endpoint("http://127.0.0.1:\(slow.port)/")
                    let second = try await bed.endpoint("http://127.0.0.1:\(quick.port)/")
                    try await bed.notify(first, count: 60)
                    try await bed.notify(second, count: 60)
                    try await bed.withWorker({ $0.callsMax = 8 }) { worker in
                        try await worker.run(until: "the other's are all settled") {
                            try await bed.database.sql(
                                "SELECT count(*) FROM queue.notification WHERE endpoint_id = '\(second)'") == ["0"]
                        } finally: {
                            latch.open()
                        }
                    }
                    #expect(quick.requests.count == 60)
                    #expect(slow.openMax <= 4 && slow.requests.count <= 8)
                }
            }
        }
    }

    @Test func `of an account whose endpoints are all dead hold up nobody else`() async throws {
        let latch = TestLatch()
        try await withDeliveries { bed in
            try await withReceiver(reply: { _, _ in
                latch.wait()
                return .status(200)
            }) { dead in
                defer { latch.open() }
                try await withReceiver { quick in
                    for _ in 0..<20 {
                        try await bed.notify(try await bed.endpoint("http://127.0.0.1:\(dead.port)/"), count: 4)
                    }
                    let other = try await bed.endpoint("http://127.0.0.1:\(quick.port)/", of: "other")
                    try await bed.notify(other, count: 20)
                    try await bed.withWorker { worker in
                        try await worker.run(until: "they have their part, and the other's are all settled") {
                            guard dead.requests.count >= 16 else { return false }
                            return try await bed.database.sql(
                                "SELECT count(*) FROM queue.notification WHERE account = 'other'") == ["0"]
                        } finally: {
                            latch.open()
                        }
                    }
                    #expect(quick.requests.count == 20)
                    #expect(dead.openMax <= 16)
                }
            }
        }
    }

    @Test func `wait where the endpoint asks for it, and the others' go on`() async throws {
        try await withDeliveries { bed in
            try await withReceiver(reply: { _, _ in .status(429, headers: ["Retry-After: 600"]) }) { busy in
                try await withReceiver { quick in
                    let first = try await bed.endpoint("http://127.0.0.1:\(busy.port)/")
                    let second = try await bed.endpoint("http://127.0.0.1:\(quick.port)/")
                    try await bed.notify(first, count: 30)
                    try await bed.withWorker({ $0.perEndpointMax = 1 }) { worker in
                        try await worker.run(until: "it has asked") { try await bed.tries().count == 1 }
                        try await bed.notify(second, count: 5)
                        #expect(await worker.claim().map(\.key.endpointID) == [second])
                    }
                    #expect(busy.requests.count == 1)
                    let due = try await bed.database.sql(
                        "SELECT due_at > now() + interval '590 s' FROM queue.notification WHERE tries = 1")
                    #expect(due == ["t"])
                }
            }
        }
    }
}
