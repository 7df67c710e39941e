import Domain
import Store
import Testing

@testable import OutboxAPI

@Suite struct EntryWalkTests {
    private static let start = ContinuousClock.now
    private static let bounds = WalkBounds(
        entriesMin: 10, entriesMax: 40, stepTime: .milliseconds(100), timeMax: .seconds(1))
    private static let place = EntryID(rawValue: 7)

    private static func walk() -> EntryWalk { EntryWalk(behind: nil, limit: 2, bounds: bounds, at: start) }

    private static func entry(_ number: UInt128) -> EntryRecord {
        EntryRecord(
            id: EntryID(rawValue: number), account: "a", userID: "u", recipient: "", message: "", senderID: "",
            messageID: nil, messageName: nil, units: 1, costPerUnit: .zero, totalCost: .zero, currency: "",
            encoding: .gsm7, priority: .normal, tagsJSON: "", customDataJSON: "", provider: "", status: .pending,
            deliveryState: .queued,
            times: EntryTimes(createdAt: Timestamp(microseconds: 0)))
    }

    @Test func `steps get longer while they are quick, and shorter when they are not, within their bounds`() {
        var walk = Self.walk()
        #expect(walk.entriesMax == 10)
        let cases = [
            (1, 20), (49, 40), (1, 40), (50, 40), (100, 40), (101, 20), (500, 10), (500, 10), (60, 10), (9, 20),
        ]
        for (milliseconds, entriesMax) in cases {
            walk.take(EntryStep(found: [], reach: .entry(Self.place)), took: .milliseconds(milliseconds))
            #expect(walk.entriesMax == entriesMax)
        }
    }

    @Test func `no step begins once the time is up, but one is taken in any case`() {
        var walk = Self.walk()
        let late = Self.start.advanced(by: .seconds(1))
        #expect(!walk.isDone(at: late))
        walk.take(EntryStep(found: [], reach: .entry(Self.place)), took: .milliseconds(1))
        #expect(!walk.isDone(at: late.advanced(by: .nanoseconds(-1))))
        #expect(walk.isDone(at: late))
        #expect(walk.page.entries.isEmpty && walk.page.next == Self.place)
    }

    @Test func `a page is full once one more is found, and the next is behind its last`() {
        var walk = Self.walk()
        walk.take(EntryStep(found: [Self.entry(9), Self.entry(8)], reach: .entry(Self.place)), took: .zero)
        #expect(!walk.isDone(at: Self.start) && walk.wanted == 1)
        #expect(walk.page.next == Self.place)
        walk.take(EntryStep(found: [Self.entry(6)], reach: .wanted), took: .zero)
        #expect(walk.isDone(at: Self.start))
        #expect(walk.page.entries.map(\.id.rawValue) == [9, 8] && walk.page.next == EntryID(rawValue: 8))
    }

    @Test func `only the end is the end`() {
        var walk = Self.walk()
        walk.take(EntryStep(found: [Self.entry(9), Self.entry(8)], reach: .end), took: .zero)
        #expect(walk.isDone(at: Self.start) && walk.page.next == nil)
        var searched = Self.walk()
        searched.take(EntryStep(found: [], reach: .entry(Self.place)), took: .zero)
        searched.take(all: [Self.entry(6)])
        #expect(searched.isDone(at: Self.start) && searched.page.next == nil)
        var full = Self.walk()
        full.take(all: [Self.entry(6), Self.entry(5), Self.entry(4)])
        #expect(full.page.entries.map(\.id.rawValue) == [6, 5] && full.page.next == EntryID(rawValue: 5))
    }
}
