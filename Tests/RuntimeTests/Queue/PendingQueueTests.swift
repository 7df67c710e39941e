import Dispatch
import Testing

@testable import Runtime

/// The queue before every writer: one below, at and one above its bounds.
@Suite struct PendingQueueTests {
    private struct Item: PendingItem {
        let byteCount: Int
    }

    private typealias Pending = PendingQueue<Item>

    /// Which items of these sizes find room.
    private func room(itemsMax: Int = 100, bytesMax: Int = 100, _ sizes: [Int]) -> [Bool] {
        let pending = Pending(itemsMax: itemsMax, bytesMax: bytesMax)
        return sizes.map { pending.add(Item(byteCount: $0)) }
    }

    /// The sizes of what a take brought; nil where the queue was closed.
    private func sizes(_ take: Pending.Take) -> [Int]? {
        switch take {
        case .batch(let items): items.map(\.byteCount)
        case .none: []
        case .closed: nil
        }
    }

    private func batches(itemsMax: Int, wholeMax: Int = .max, bytesMax: Int, _ sizes: [Int]) -> [Int] {
        let pending = Pending(itemsMax: 100, bytesMax: 1_000)
        for size in sizes { #expect(pending.add(Item(byteCount: size))) }
        var counts: [Int] = []
        while case .batch(let batch) = pending.take(
            itemsMax: itemsMax, wholeMax: wholeMax, bytesMax: bytesMax, timeout: .zero)
        {
            counts.append(batch.count)
        }
        return counts
    }

    @Test func `as many wait as there is room for, and not one more`() {
        #expect(room(itemsMax: 3, [1, 1]) == [true, true])
        #expect(room(itemsMax: 3, [1, 1, 1]) == [true, true, true])
        #expect(room(itemsMax: 3, [1, 1, 1, 1]) == [true, true, true, false])
        #expect(room(itemsMax: 0, [0]) == [false])
    }

    @Test func `as many bytes wait as there is room for, and not one more`() {
        #expect(room([60, 39]) == [true, true])
        #expect(room([60, 40]) == [true, true])
        #expect(room([60, 41]) == [true, false])
        // What was refused takes no room.
        #expect(room([60, 41, 40]) == [true, false, true])
        #expect(room([101]) == [false])
    }

    @Test func `what was taken makes room again, of both kinds`() {
        let pending = Pending(itemsMax: 2, bytesMax: 10)
        func add(_ size: Int) -> Bool { pending.add(Item(byteCount: size)) }
        #expect(add(5) && add(5) && !add(0))
        #expect(sizes(pending.take(itemsMax: 1, bytesMax: 10, timeout: .zero)) == [5])
        #expect(!add(6))
        #expect(add(5))
        #expect(!add(0))
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

    @Test func `items are taken in the order they came, and where none comes in time there is none`() {
        let pending = Pending(itemsMax: 10, bytesMax: 100)
        #expect(sizes(pending.take(itemsMax: 2, timeout: .zero)) == [])
        for size in [3, 1, 2] { #expect(pending.add(Item(byteCount: size))) }
        #expect(sizes(pending.take(itemsMax: 2, timeout: .seconds(60))) == [3, 1])
        #expect(pending.add(Item(byteCount: 4)))
        #expect(sizes(pending.take(itemsMax: 10, timeout: .seconds(60))) == [2, 4])
        #expect(sizes(pending.take(itemsMax: 10, timeout: .milliseconds(1))) == [])
    }

    @Test func `a closed queue refuses more, gives what waits, and then says that it is closed`() {
        let pending = Pending(itemsMax: 10, bytesMax: 100)
        #expect(pending.add(Item(byteCount: 1)) && pending.add(Item(byteCount: 2)))
        pending.close()
        #expect(!pending.add(Item(byteCount: 3)))
        #expect(sizes(pending.take(itemsMax: 1, timeout: .seconds(60))) == [1])
        #expect(sizes(pending.take(itemsMax: 1, timeout: .seconds(60))) == [2])
        #expect(sizes(pending.take(itemsMax: 1, timeout: .seconds(60))) == nil)
    }

    @Test(arguments: [true, false])
    func `a thread that waits is woken by an item, and by the close`(isItem: Bool) async {
        let pending = Pending(itemsMax: 10, bytesMax: 100)
        let taken = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: pending.take(itemsMax: 1, timeout: .seconds(600)))
            }
            if isItem { _ = pending.add(Item(byteCount: 7)) } else { pending.close() }
        }
        #expect(sizes(taken) == (isItem ? [7] : nil))
    }
}
