import Domain
import Runtime
import TestSupport
import Testing

@testable import OutboxAPI

@Suite struct SendGroupWriterTests {
    /// A send with this key.
    private func candidate(_ number: Int, key: String) throws -> SendCandidate {
        SendCandidate(
            id: EntryID(at: Timestamp(microseconds: 1_800_000_000_000_000), random: (0, UInt64(number))),
            account: "default", userID: "u", idempotencyKey: key,
            request: SendRequest(
                recipient: try #require(PhoneNumber(e164: "+254712345678")), message: "x", senderID: "S", userID: nil,
                messageID: key, messageName: nil, scheduledAt: nil, validForSeconds: nil, priority: .normal, tags: [],
                customData: "{}"))
    }

    @Test func `the first group looks, those behind it do not, and after a repeat a hundred do`() async throws {
        try await APIBed.run { bed in
            // Whoever looks calls it once before it stores, and whoever stores once.
            _ = try await bed.sql(APIBed.beforeLocking())
            let pending = PendingSends(itemsMax: 5, bytesMax: 1 << 20)
            // However slow the machine of the test is.
            let writer = bed.writer(pending, cache: AcceptCache(clockErrorMax: .seconds(60)))
            async let running: Void = writer.run()
            var number = 0
            /// Calls that a send makes.
            func calls(_ key: String) async throws -> Int {
                number += 1
                let candidate = try candidate(number, key: key)
                let before = try await bed.sql("SELECT last_value FROM public.calls")
                let answer = await withCheckedContinuation { continuation in
                    _ = pending.add(
                        PendingSend(candidate: candidate, deadline: .in(.seconds(60)), continuation: continuation))
                }
                switch answer {
                case .accepted, .repeated: break
                default: Issue.record("\(answer)")
                }
                let after = try await bed.sql("SELECT last_value FROM public.calls")
                return try #require(Int(after[0])) - #require(Int(before[0]))
            }
            #expect(try await calls("a") == 2)
            #expect(try await calls("b") == 1)
            #expect(try await calls("c") == 1)
            // Not found by the statement, but refused by the constraint; then looked for, and nothing to store.
            #expect(try await calls("a") == 2)
            var looking: [Int] = []
            for place in 1...SendGroupWriter.lookingGroups { looking.append(try await calls("d\(place)")) }
            #expect(looking == Array(repeating: 2, count: 100))
            #expect(try await calls("e") == 1)
            pending.close()
            await running
        }
    }

    @Test(arguments: [("postroom_api", true, nil), ("postroom_ingress", true, "42501"), ("postgres", false, "42P01")])
    func `ready is who can look up keys, and who is not says why`(
        role: String, isMigrated: Bool, refusal: String?
    ) async throws {
        try await withTestDatabase(migrated: isMigrated) { database in
            let (readiness, log) = (Readiness(), TestLog())
            let pending = PendingSends(itemsMax: 5, bytesMax: 1 << 20)
            let writer = SendGroupWriter(
                APIBed.configuration(database, user: role, storeDeadline: .seconds(60)),
                pending: pending, reachable: readiness.addCheck("database"), log: log.logger)
            // It asks for a sign of life first.
            pending.close()
            await writer.run()
            #expect(readiness.isReady == (refusal == nil))
            #expect(log.lines.count == (refusal == nil ? 0 : 1), "\(log.lines)")
            if let refusal { #expect(log.lines.first?.contains(refusal) == true, "\(log.lines)") }
        }
    }
}
