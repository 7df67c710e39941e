import Domain
import PostgresClient
import Testing

@testable import OutboxAPI

/// The queue before the group commit of sends: one below, at and one above its bounds.
@Suite struct PendingSendsTests {
    private static func candidate() throws -> SendCandidate {
        let request = SendRequest(
            recipient: try #require(PhoneNumber(entered: "+254712345678")), message: "m", senderID: "S",
            priority: "normal", tags: [], customData: "{}")
        return SendCandidate(id: EntryID(rawValue: 1), account: "a", userID: "u", idempotencyKey: nil, request: request)
    }

    /// Whether there was room; nobody waits for the answer.
    private static func add(to pending: PendingSends) async throws -> Bool {
        let candidate = try candidate()
        var hasRoom = false
        _ = await withCheckedContinuation { (continuation: CheckedContinuation<SendAnswer, Never>) in
            hasRoom = pending.add(
                PendingSend(candidate: candidate, deadline: .in(.seconds(60)), continuation: continuation))
            continuation.resume(returning: .unavailable)
        }
        return hasRoom
    }

    private static func room(_ pending: PendingSends, tries: Int) async throws -> [Bool] {
        var room: [Bool] = []
        for _ in 0..<tries { room.append(try await add(to: pending)) }
        return room
    }

    @Test func `so many wait as there is room for, and not one more`() async throws {
        let pending = PendingSends(itemsMax: 3, bytesMax: 1 << 20)
        #expect(try await Self.room(pending, tries: 4) == [true, true, true, false])
        guard case .batch(let group) = pending.take(itemsMax: 1, timeout: .seconds(60)) else {
            Issue.record("no group")
            return
        }
        #expect(group.count == 1)
        #expect(try await Self.room(pending, tries: 2) == [true, false])
    }

    @Test(arguments: [(-1, [true, false, false]), (0, [true, true, false]), (1, [true, true, false])])
    func `so many bytes wait as there is room for, and not one more`(more: Int, expected: [Bool]) async throws {
        let size = try Self.candidate().byteCount
        let pending = PendingSends(itemsMax: 100, bytesMax: 2 * size + more)
        #expect(try await Self.room(pending, tries: 3) == expected)
    }

    @Test(arguments: [(2, [2, 1]), (3, [3]), (4, [3])])
    func `a group is cut at its bound`(itemsMax: Int, expected: [Int]) async throws {
        let pending = PendingSends(itemsMax: 100, bytesMax: 1 << 20)
        #expect(try await Self.room(pending, tries: 3) == [true, true, true])
        var groups: [Int] = []
        while groups.reduce(0, +) < 3, case .batch(let group) = pending.take(itemsMax: itemsMax, timeout: .seconds(60))
        {
            groups.append(group.count)
        }
        #expect(groups == expected)
    }
}
