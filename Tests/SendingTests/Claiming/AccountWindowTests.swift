import Runtime
import Store
import Testing

@testable import Sending

extension AccountWindow {
    /// A claim with room for all: those that share it.
    fileprivate mutating func claim(_ visited: [DueAccount]) -> [String] {
        let sharing = next(visited, countMax: 1).map(\.account)
        let room = CallPermits.Room(free: 100, limit: 200, bySharer: [:])
        gave(shares(room), of: room.free)
        return sharing
    }
}

@Suite struct `The accounts of a claim` {
    private func due(_ names: [String]) -> [DueAccount] { names.map { DueAccount(account: $0, high: 0, normal: 1) } }

    @Test func `begin each time with another`() {
        var window = AccountWindow()
        #expect(window.claim(due(["a", "b", "c"])) == ["a", "b", "c"])
        #expect(window.claim(due(["a", "b", "c"])) == ["b", "c", "a"])
        #expect(window.claim(due(["a", "b", "c"])) == ["c", "a", "b"])
        #expect(window.claim(due(["a", "b", "c"])) == ["a", "b", "c"])
        #expect(window.isAtStart)
    }

    @Test func `of which nothing is due have no part`() {
        var window = AccountWindow()
        let visited = [DueAccount(account: "a", high: 0, normal: 0), DueAccount(account: "b", high: 1, normal: 0)]
        #expect(window.next(visited, countMax: 1).map(\.account) == ["b"])
        #expect(window.next([], countMax: 1).isEmpty)
    }

    @Test func `are looked at in a window that comes round`() {
        var window = AccountWindow()
        let names = (0..<Int(AccountWindow.visitedMax)).map { "a\(1_000 + $0)" }
        for part in stride(from: 0, to: names.count, by: AccountWindow.sharersMax) {
            #expect(window.behind.isEmpty)
            #expect(window.claim(due(names)) == Array(names[part..<(part + AccountWindow.sharersMax)]))
            #expect(!window.isAtStart)
        }
        #expect(window.behind == names.last)
        #expect(window.claim(due(["z"])) == ["z"])
        #expect(window.isAtStart)
    }

    @Test func `share by account, high before normal`() {
        let accounts = [
            DueAccount(account: "a", high: 2, normal: 10), DueAccount(account: "b", high: 0, normal: 3),
        ]
        func shares(_ room: CallPermits.Room) -> [SendShare] {
            var window = AccountWindow()
            _ = window.next(accounts, countMax: 100)
            return sendShares(window.shares(room), of: accounts)
        }
        #expect(
            shares(CallPermits.Room(free: 8, limit: 100, bySharer: [:])) == [
                SendShare(account: "a", isHigh: true, count: 2), SendShare(account: "a", isHigh: false, count: 3),
                SendShare(account: "b", isHigh: false, count: 3),
            ])
        #expect(
            shares(CallPermits.Room(free: 4, limit: 10, bySharer: ["a": 5])) == [
                SendShare(account: "a", isHigh: true, count: 1), SendShare(account: "b", isHigh: false, count: 3),
            ])
    }
}
