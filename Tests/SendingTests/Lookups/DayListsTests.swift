import Domain
import Testing

@testable import Sending

@Suite struct `The lists of days that are read` {
    private static let start = ContinuousClock.now
    private static let today = CivilDate(daysSinceEpoch: 20_000)
    private static let days = [0, 1, -1].map { CivilDate(daysSinceEpoch: 20_000 + $0) }

    /// Reads what is wanted, each day of so many pages, and returns which pages it was.
    private func readAll(_ lists: inout DayLists, pages: Int = 1, at time: ContinuousClock.Instant) -> [String] {
        var read: [String] = []
        while let (day, page) = lists.next(now: time), read.count < 100 {
            read.append("\(day.daysSinceEpoch - Self.today.daysSinceEpoch):\(page)")
            lists.took(pages: pages, isKept: true)
        }
        return read
    }

    private func page(_ lists: inout DayLists) -> Int? { lists.next(now: Self.start)?.page }

    private func begins(_ lists: inout DayLists, after seconds: Int) -> Bool {
        lists.begin(now: Self.start.advanced(by: .seconds(seconds)))
    }

    @Test func `are read in the order asked for, each once, to the end that it had`() {
        var lists = DayLists()
        #expect(page(&lists) == nil)
        lists.want([Self.days[0], Self.days[1]])
        var read: [String] = []
        for total in [2, 9, 1, 1] {
            guard let (day, page) = lists.next(now: Self.start) else { break }
            read.append("\(day.daysSinceEpoch - Self.today.daysSinceEpoch):\(page)")
            // Asked for again while it is read, and grown meanwhile.
            lists.want([day, Self.days[2]])
            lists.took(pages: total, isKept: true)
        }
        #expect(read == ["0:1", "0:2", "1:1", "-1:1"])
        #expect(page(&lists) == nil)
    }

    @Test func `count as read with those beside them, from when they were begun`() {
        var lists = DayLists()
        lists.want(Self.days)
        #expect(readAll(&lists, pages: 2, at: Self.start) == ["0:1", "0:2", "1:1", "1:2", "-1:1", "-1:2"])
        #expect(lists.isRead(around: Self.today, since: Self.start))
        #expect(!lists.isRead(around: Self.today, since: Self.start.advanced(by: .microseconds(1))))
        #expect(!lists.isRead(around: Self.days[1], since: Self.start))
    }

    @Test func `count as read beside a day that the provider does not know, and not if it is their own`() {
        var lists = DayLists()
        for day in Self.days {
            lists.want([day])
            _ = lists.next(now: Self.start)
            if day == Self.days[1] { lists.isNoDay() } else { lists.took(pages: 0, isKept: true) }
        }
        #expect(lists.isRead(around: Self.today, since: Self.start))
        lists.want([Self.today])
        _ = lists.next(now: Self.start)
        lists.isNoDay()
        #expect(!lists.isRead(around: Self.today, since: Self.start))
    }

    @Test func `do not count as read where what they show was not kept, or they could not be read`() {
        for isGivenUp in [false, true] {
            var lists = DayLists()
            lists.want(Self.days)
            _ = lists.next(now: Self.start)
            lists.took(pages: 2, isKept: false)
            #expect(page(&lists) == 2)
            if isGivenUp { lists.giveUp() } else { lists.took(pages: 2, isKept: true) }
            // The others have their turn.
            #expect(readAll(&lists, at: Self.start) == ["1:1", "-1:1"])
            #expect(!lists.isRead(around: Self.today, since: Self.start))
            lists.want([Self.today])
            #expect(readAll(&lists, at: Self.start) == ["0:1"])
            #expect(lists.isRead(around: Self.today, since: Self.start))
        }
    }

    @Test func `are read a few pages at a time, and later where the provider asks for patience`() {
        var lists = DayLists()
        #expect(!begins(&lists, after: 0))
        lists.want(Self.days)
        #expect(begins(&lists, after: 0))
        #expect(!begins(&lists, after: 59))
        #expect(begins(&lists, after: 60))
        lists.tooOften(now: Self.start.advanced(by: .seconds(60)))
        #expect(!begins(&lists, after: 179))
        #expect(begins(&lists, after: 180))
    }
}
