import Domain
import Testing

@testable import OutboxAPI

/// What a send that waits counts as, by which the memory of all that wait is bounded.
struct PendingSendTests {
    private func candidate(message: String = "m", tags: [String] = [], customData: String = "{}") throws
        -> SendCandidate
    {
        let request = SendRequest(
            recipient: try #require(PhoneNumber(entered: "+254712345678")), message: message, senderID: "S",
            priority: .normal, tags: tags, customData: customData)
        return SendCandidate(id: EntryID(rawValue: 1), account: "a", userID: "u", idempotencyKey: nil, request: request)
    }

    @Test func `it grows with all that a caller may make long`() async throws {
        let least = try candidate().byteCount
        #expect(least > 0)
        #expect(try candidate(message: String(repeating: "é", count: 500)).byteCount >= least + 999)
        #expect(try candidate(customData: "{\"a\":\"\(String(repeating: "b", count: 500))\"}").byteCount >= least + 500)
        #expect(try candidate(tags: Array(repeating: "0123456789", count: 20)).byteCount >= least + 200)
    }

    @Test func `it is that of the candidate`() async throws {
        let candidate = try candidate(message: "two words")
        _ = await withCheckedContinuation { (continuation: CheckedContinuation<SendAnswer, Never>) in
            let item = PendingSend(candidate: candidate, deadline: .in(.seconds(60)), continuation: continuation)
            #expect(item.byteCount == candidate.byteCount)
            continuation.resume(returning: .unavailable)
        }
    }
}
