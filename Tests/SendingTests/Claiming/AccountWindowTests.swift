import Store
import Testing

@testable import Sending

@Suite struct `The accounts of a claim` {
    private func due(_ names: [String]) -> [DueAccount] { names.map { DueAccount(account: $0, high: 0, normal: 1) } }

    @Test func `begin each time with another`() {
        var window = AccountWindow()
        #expect(window.next(due(["a", "b", "c"])).map(\.account) == ["a", "b", "c"])
        #expect(window.next(due(["a", "b", "c"])).map(\.account) == ["b", "c", "a"])
        #expect(window.next(due(["a", "b", "c"])).map(\.account) == ["c", "a", "b"])
        #expect(window.next(due(["a", "b", "c"])).map(\.account) == ["a", "b", "c"])
        #expect(window.isAtStart)
    }

    @Test func `of which nothing is due have no part`() {
        var window = AccountWindow()
        let visited = [DueAccount(account: "a", high: 0, normal: 0), DueAccount(account: "b", high: 1, normal: 0)]
        #expect(window.next(visited).map(\.account) == ["b"])
        #expect(window.next([]).isEmpty)
    }

    @Test func `are looked at in a window that comes round`() {
        var window = AccountWindow()
        let names = (0..<Int(AccountWindow.visitedMax)).map { "a\(1_000 + $0)" }
        #expect(window.next(due(names)).count == AccountWindow.sharersMax)
        #expect(!window.isAtStart && window.behind == names.last)
        _ = window.next(due(["z"]))
        #expect(window.isAtStart)
    }

    @Test func `share by account, high before normal`() {
        let accounts = [
            DueAccount(account: "a", high: 2, normal: 10), DueAccount(account: "b", high: 0, normal: 3),
        ]
        #expect(
            sendShares(accounts, inFlight: [:], free: 8, callsMax: 100) == [
                SendShare(account: "a", isHigh: true, count: 2), SendShare(account: "a", isHigh: false, count: 3),
                SendShare(account: "b", isHigh: false, count: 3),
            ])
        #expect(
            sendShares(accounts, inFlight: ["a": 5], free: 4, callsMax: 10) == [
                SendShare(account: "a", isHigh: true, count: 1), SendShare(account: "b", isHigh: false, count: 3),
            ])
    }
}
