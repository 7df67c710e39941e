import Domain
import NIOCore
import NIOEmbedded
import PostgresClient
import Testing

@testable import Ingress

/// The queue before the group commit: one below, at and one above its bounds.
struct PendingSubmissionsTests {
    private let loop = EmbeddedEventLoop()

    private func item(bytes: Int) -> PendingSubmission {
        let webhook = IncomingWebhook(
            id: WebhookID(rawValue: 1), source: .onoffSMS, account: "a", method: "POST", path: [], query: [],
            contentType: nil, headers: [], body: ByteBuffer(repeating: 0x61, count: bytes), remoteAddress: "")
        return PendingSubmission(
            submission: Submission(webhook: webhook, eventLoop: loop) { _ in }, deadline: .in(.seconds(60)))
    }

    /// How many submissions of these sizes find room.
    private func room(itemsMax: Int = 100, bytesMax: Int = 100, _ sizes: [Int]) -> [Bool] {
        let pending = PendingSubmissions(itemsMax: itemsMax, bytesMax: bytesMax)
        return sizes.map { pending.add(item(bytes: $0)) }
    }

    private func batches(itemsMax: Int, wholeMax: Int = .max, bytesMax: Int, _ sizes: [Int]) -> [Int] {
        let pending = PendingSubmissions(itemsMax: 100, bytesMax: 1_000)
        for size in sizes { #expect(pending.add(item(bytes: size))) }
        var counts: [Int] = []
        while counts.reduce(0, +) < sizes.count,
            case .batch(let batch) = pending.take(
                itemsMax: itemsMax, wholeMax: wholeMax, bytesMax: bytesMax, timeout: .seconds(60))
        {
            counts.append(batch.count)
        }
        return counts
    }

    @Test func `so many wait as there is room for, and not one more`() {
        #expect(room(itemsMax: 3, [1, 1]) == [true, true])
        #expect(room(itemsMax: 3, [1, 1, 1]) == [true, true, true])
        #expect(room(itemsMax: 3, [1, 1, 1, 1]) == [true, true, true, false])
        #expect(room(itemsMax: 0, [0]) == [false])
    }

    @Test func `so many bytes wait as there is room for, and not one more`() {
        #expect(room([60, 39]) == [true, true])
        #expect(room([60, 40]) == [true, true])
        #expect(room([60, 41]) == [true, false])
        // What was refused takes no room.
        #expect(room([60, 41, 40]) == [true, false, true])
        #expect(room([101]) == [false])
    }

    @Test func `what was taken makes room again, of both kinds`() {
        let pending = PendingSubmissions(itemsMax: 2, bytesMax: 10)
        #expect(pending.add(item(bytes: 5)) && pending.add(item(bytes: 5)) && !pending.add(item(bytes: 0)))
        guard case .batch(let batch) = pending.take(itemsMax: 1, bytesMax: 10, timeout: .seconds(60)) else {
            Issue.record("no batch")
            return
        }
        #expect(batch.count == 1)
        #expect(!pending.add(item(bytes: 6)))
        #expect(pending.add(item(bytes: 5)))
        #expect(!pending.add(item(bytes: 0)))
    }

    @Test func `a batch is cut at its items and at its bytes, and one too large goes alone`() {
        #expect(batches(itemsMax: 3, bytesMax: 1_000, [1, 1]) == [2])
        #expect(batches(itemsMax: 3, bytesMax: 1_000, [1, 1, 1]) == [3])
        #expect(batches(itemsMax: 3, bytesMax: 1_000, [1, 1, 1, 1]) == [3, 1])
        #expect(batches(itemsMax: 9, bytesMax: 100, [50, 49]) == [2])
        #expect(batches(itemsMax: 9, bytesMax: 100, [50, 50]) == [2])
        #expect(batches(itemsMax: 9, bytesMax: 100, [50, 51]) == [1, 1])
        #expect(batches(itemsMax: 9, bytesMax: 100, [101, 1]) == [1, 1])
    }

    @Test(arguments: [
        (3, [3]), (4, [4]), (5, [4, 1]), (8, [4, 4]), (9, [5, 4]), (20, [10, 5, 4, 1]),
    ])
    func `of many half are taken, of few all`(waiting: Int, expected: [Int]) {
        let sizes = [Int](repeating: 1, count: waiting)
        #expect(batches(itemsMax: 100, wholeMax: 4, bytesMax: 1_000, sizes) == expected)
    }

    @Test func `half of many is still cut at the bounds of a batch`() {
        let sizes = [Int](repeating: 1, count: 20)
        #expect(batches(itemsMax: 6, wholeMax: 4, bytesMax: 1_000, sizes) == [6, 6, 4, 4])
        #expect(batches(itemsMax: 3, wholeMax: 4, bytesMax: 1_000, sizes) == [3, 3, 3, 3, 3, 3, 2])
        #expect(batches(itemsMax: 100, wholeMax: 4, bytesMax: 7, sizes) == [7, 7, 4, 2])
    }
}
