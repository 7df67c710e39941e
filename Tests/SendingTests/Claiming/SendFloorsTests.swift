import Domain
import PostgresClient
import Runtime
import Store
import TestSupport
import Testing

@testable import Sending

private let start = ContinuousClock.now

private func at(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

private func seen(_ account: String, from: Int64 = 1_000, due: Int = 1) -> DueAccount {
    DueAccount(account: account, high: 0, normal: due, highFrom: from, normalFrom: from)
}

extension SendFloors {
    /// What a look has shown, and whether it came to the last account.
    fileprivate mutating func found(
        _ visited: [DueAccount], isLast: Bool, took: Duration, now: ContinuousClock.Instant
    ) {
        found(visited, took: took)
        if isLast { cameRound(now: now) }
    }

    /// A look at these accounts, all there are, that took so long.
    fileprivate mutating func look(_ visited: [DueAccount], took: Duration, at seconds: Double) -> [DueAccount] {
        let known = begin(isAtStart: true, now: at(seconds))
        found(visited, isLast: true, took: took, now: at(seconds))
        return known
    }
}

@Suite struct `Where a look at due sends begins` {
    @Test func `is the true start as long as looks are quick`() {
        var floors = SendFloors()
        for turn in 0..<5 {
            #expect(floors.look([seen("a")], took: SendFloors.quick, at: Double(turn) / 1_000).isEmpty)
        }
        #expect(floors.known.isEmpty)
    }

    @Test func `is what a slow one found first, also of accounts of which nothing was due`() {
        var floors = SendFloors()
        _ = floors.look([seen("a", from: 70), seen("b", from: 90, due: 0)], took: .milliseconds(100), at: 0)
        let known = floors.look([seen("a", from: 80), seen("b", from: 95)], took: .milliseconds(1), at: 0.1)
        #expect(known.map(\.normalFrom) == [70, 90])
        #expect(floors.look([], took: .milliseconds(1), at: 0.2).map(\.normalFrom) == [80, 95])
    }

    struct Case: Sendable {
        var took: Duration
        var seconds: Double
        var sweeps: Bool
    }

    // 32 times as long as it took, and never longer than ten seconds.
    @Test(arguments: [
        Case(took: .milliseconds(10), seconds: 0.31, sweeps: false),
        Case(took: .milliseconds(10), seconds: 0.33, sweeps: true),
        Case(took: .milliseconds(100), seconds: 3.1, sweeps: false),
        Case(took: .milliseconds(100), seconds: 3.3, sweeps: true),
        Case(took: .seconds(5), seconds: 9.9, sweeps: false),
        Case(took: .seconds(5), seconds: 10.1, sweeps: true),
    ])
    func `is the true start again when a slow one has earned its rest`(one: Case) {
        var floors = SendFloors()
        _ = floors.look([seen("a")], took: one.took, at: 0)
        let known = floors.begin(isAtStart: true, now: at(one.seconds))
        #expect(floors.isSweeping == one.sweeps)
        // Also then the account itself need not be found.
        #expect(known == [one.sweeps ? DueAccount(account: "a", high: 0, normal: 0) : seen("a")])
    }

    @Test func `is forgotten once the true start is quick again`() {
        var floors = SendFloors()
        _ = floors.look([seen("a")], took: .milliseconds(100), at: 0)
        _ = floors.look([seen("a")], took: .milliseconds(1), at: 1)
        #expect(floors.known.count == 1)
        _ = floors.look([seen("a")], took: .milliseconds(1), at: 4)
        #expect(floors.known.isEmpty)
    }

    @Test func `is known for a while where the true start cannot be reached in time`() {
        var floors = SendFloors()
        _ = floors.look([seen("a", from: 70)], took: .milliseconds(100), at: 0)
        #expect(floors.begin(isAtStart: true, now: at(4)).map(\.normalFrom) == [.min])
        floors.failed(took: .seconds(5), now: at(9))
        #expect(floors.begin(isAtStart: true, now: at(9)).map(\.normalFrom) == [70])
        floors.found([seen("a", from: 75)], isLast: true, took: .milliseconds(1), now: at(9))
        #expect(floors.begin(isAtStart: true, now: at(19.1)).map(\.normalFrom) == [.min])
    }

    @Test func `is remembered by window, and a sweep goes through all of them`() {
        var floors = SendFloors()
        let names = (100..<300).map { "a\($0)" }
        func look(_ range: Range<Int>, from: Int64, at seconds: Double) -> [DueAccount] {
            let known = floors.begin(isAtStart: range.lowerBound == 0, now: at(seconds))
            let isLast = range.upperBound == names.count
            floors.found(
                names[range].map { seen($0, from: from) }, isLast: isLast, took: .milliseconds(20), now: at(seconds))
            return known
        }
        #expect(look(0..<128, from: 1, at: 0).isEmpty)
        #expect(floors.isSweeping)
        #expect(look(128..<200, from: 1, at: 0.1).isEmpty)
        #expect(!floors.isSweeping)
        for turn in 1...3 {
            let first = look(0..<128, from: Int64(turn) + 1, at: 0.2)
            #expect(first == names[..<128].map { seen($0, from: Int64(turn)) })
            let second = look(128..<200, from: Int64(turn) + 1, at: 0.3)
            #expect(second == names[128...].map { seen($0, from: Int64(turn)) })
        }
        // Both took 40 ms: the rest is of both.
        _ = floors.begin(isAtStart: true, now: at(1.3))
        #expect(!floors.isSweeping)
        _ = floors.begin(isAtStart: true, now: at(1.5))
        #expect(floors.isSweeping)
    }

    @Test func `is the true start again for the turns of a window while that is quick, then what was found first`() {
        var floors = SendFloors()
        func look(_ from: Int64, isAtStart: Bool = false, isAgain: Bool = true, took: Duration) -> [Int64] {
            let known = floors.begin(isAtStart: isAtStart, isAgain: isAgain, now: at(0))
            #expect(floors.isSweeping)
            floors.found([seen("a", from: from), seen("b", from: from)], took: took)
            return known.map(\.normalFrom)
        }
        #expect(look(70, isAtStart: true, isAgain: false, took: .milliseconds(1)) == [])
        #expect(look(80, took: .milliseconds(100)) == [.min, .min])
        // As many turns as there are accounts, and none of them passes what is dead again.
        for turn in 0..<100 { #expect(look(90, took: .milliseconds(100)) == (turn == 0 ? [80, 80] : [90, 90])) }
        // The next window is swept, too, and then all have had their turn.
        #expect(floors.begin(isAtStart: false, now: at(0)) == [])
        #expect(floors.isSweepingHere)
        floors.found([seen("c")], took: .milliseconds(9))
        floors.cameRound(now: at(0))
        #expect(floors.known.map(\.account) == ["a", "b", "c"])
        // 1, 100 and 9 ms.
        #expect(floors.nextSweep == at(0).advanced(by: .milliseconds(110) * SendFloors.restFactor))
        #expect(floors.begin(isAtStart: true, now: at(1)).map(\.normalFrom) == [90, 90, 1_000])
    }

    @Test func `is remembered of a bounded number of accounts`() {
        var floors = SendFloors()
        for window in 0..<100 {
            _ = floors.begin(isAtStart: window == 0, now: at(0))
            let visited = (0..<128).map { seen("a\(100_000 + window * 128 + $0)") }
            floors.found(visited, isLast: window == 99, took: .milliseconds(20), now: at(0))
        }
        #expect(floors.known.count == SendFloors.accountsMax)
        #expect(floors.begin(isAtStart: true, now: at(0)) == (0..<128).map { seen("a\(100_000 + $0)") })
    }
}

/// A queue under a held snapshot, and one claimer: rows that were claimed stay in the way. Looks and claims do what
/// their statements do; time is what they pass.
private struct SendQueueModel {
    struct Row {
        var dueAt: Double
        /// When it is committed, and when it comes back as its worker died, with the due time it had.
        var visibleAt: Double
        var comesBackAt: Double?
        var isDead = false
    }
    private(set) var clock = 0.0
    private(set) var sweeping = 0.0
    private(set) var worstWait = 0.0
    private(set) var left: Int
    private var rows: [[Row]]
    private let names: [String]
    private var window = AccountWindow()
    private var floors = SendFloors()
    /// Seconds for each row that is passed.
    private let passing = 4e-5
    /// Claimed at once.
    private let free: Int

    /// The rows of each account, in order of their due times.
    init(_ rows: [[Row]], free: Int) {
        self.rows = rows
        self.free = free
        names = rows.indices.map { "a\(10_000 + $0)" }
        left = rows.reduce(0) { $0 + $1.count }
    }

    private static func seconds(_ from: Int64) -> Double { from == .min ? -.infinity : Double(from) / 1e6 }

    /// Those of an account from a due time on that can be claimed, and how many are passed before them and between.
    private func due(_ account: Int, from: Double, max: Int) -> (found: [Int], passed: Int) {
        var (found, passed): ([Int], Int) = ([], 0)
        for (index, row) in rows[account].enumerated() where row.dueAt >= from {
            if row.dueAt > clock || found.count == max { break }
            if !row.isDead, row.visibleAt <= clock { found.append(index) } else { passed += 1 }
        }
        return (found, passed)
    }

    private func hasLive(_ account: Int) -> Bool { rows[account].contains { !$0.isDead && $0.visibleAt <= clock } }

    mutating func step() {
        let wasSweeping = floors.isSweeping
        let known = Dictionary(
            floors.begin(isAtStart: window.isAtStart, isAgain: window.isAgain, now: at(clock)).map {
                ($0.account, $0)
            }, uniquingKeysWith: { first, _ in first })
        let isSweep = floors.isSweepingHere
        if wasSweeping, !floors.isSweeping { Issue.record("a sweep ended before its last window") }
        var (visited, passed): ([DueAccount], Int) = ([], 0)
        for (account, name) in names.enumerated()
        where name > window.behind && visited.count < Int(AccountWindow.visitedMax) {
            let one = known[name]
            // Looked for, by walking over what is dead of it.
            if one == nil {
                passed += rows[account].count { $0.isDead }
                if !hasLive(account) { continue }
            }
            let (found, over) = due(account, from: Self.seconds(one?.normalFrom ?? .min), max: 50)
            passed += over
            let first = found.first.map { rows[account][$0].dueAt } ?? .infinity
            visited.append(
                seen(name, from: Int64(min(first, clock - 3) * 1e6), due: found.count))
        }
        let took = 0.0002 + Double(passed) * passing
        clock += took
        let sharing = window.next(visited, countMax: 1)
        floors.found(visited, isLast: window.isAtStart, took: .seconds(took), now: at(clock))
        if isSweep, took > 0.005 { sweeping += took }
        let given = window.shares(CallPermits.Room(free: free, limit: 100, bySharer: [:]))
        window.gave(given, of: free)
        if window.isAtStart { floors.cameRound(now: at(clock)) }
        let shares = sendShares(given, of: sharing)
        for share in shares { claim(share) }
        clock += shares.isEmpty && window.isAtStart ? 0.02 : 0.002
    }

    private mutating func claim(_ share: SendShare) {
        guard let account = names.firstIndex(of: share.account) else { return }
        for index in due(account, from: Self.seconds(share.dueFrom), max: Int(share.count)).found {
            worstWait = max(worstWait, clock - max(rows[account][index].visibleAt, rows[account][index].dueAt))
            if let back = rows[account][index].comesBackAt {
                rows[account][index].visibleAt = clock + back
                rows[account][index].comesBackAt = nil
            } else {
                rows[account][index].isDead = true
                left -= 1
            }
        }
    }
}

@Suite struct `Floors of due sends` {
    /// With room for fifty at once, and for a few, so that a window is looked at many times.
    @Test(arguments: [UInt64(1), 2], [(3, 50), (3, 8), (200, 50), (200, 8)])
    func `hide none for long, however late it came, and sweeps take a small share of the time`(
        seed: UInt64, size: (accounts: Int, free: Int)
    ) {
        let accounts = size.accounts
        var random = SeededGenerator(seed: seed)
        // 150 a second over 20 s, and half of them over three accounts. Of a hundred three are committed up to eight
        // seconds late, three come back up to eight seconds after their claim, and ten wait for their time.
        var rows = [[SendQueueModel.Row]](repeating: [], count: accounts)
        for index in 0..<3_000 {
            let created = Double(index) / 150
            let kind = Int.random(in: 0..<100, using: &random)
            let lasts = Double.random(in: 0...8, using: &random)
            let account = Bool.random(using: &random) ? index % 3 : Int.random(in: 0..<accounts, using: &random)
            rows[account].append(
                SendQueueModel.Row(
                    dueAt: created + (kind < 10 ? lasts : 0),
                    visibleAt: created + ((10..<13).contains(kind) ? lasts : 0),
                    comesBackAt: (13..<16).contains(kind) ? lasts : nil))
        }
        for account in rows.indices { rows[account].sort { $0.dueAt < $1.dueAt } }
        var queue = SendQueueModel(rows, free: size.free)
        var steps = 0
        while queue.left > 0, steps < 20_000 {
            queue.step()
            steps += 1
        }
        #expect(queue.left == 0)
        // One sweep may be under way beyond the share; each is of 0.2 s at the end.
        #expect(queue.sweeping > 0.1 && queue.sweeping <= queue.clock / Double(SendFloors.restFactor) + 0.4)
        // A rest after a sweep of all, and what waits its turn.
        #expect(queue.worstWait < 8)
    }
}

/// One claimer, looked into.
private actor Claimer {
    private let executor = ThreadExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let connection: Connection
    private var source: SendSource

    /// Begins with a sweep that counts as slow.
    init(_ worker: TestWorker) throws {
        connection = try Connection.open(worker.configuration.database, deadline: .in(.seconds(30)))
        source = SendSource(worker.configuration, provider: worker.provider.name, owner: worker.owner)
        source.floors = SendFloors(quick: .zero)
    }

    /// The texts of what is claimed now; with a sweep, or without.
    func claim(sweeping: Bool) throws -> [String] { try claims(sweeping: sweeping).map(\.text) }

    func claims(sweeping: Bool) throws -> [ClaimedSend] {
        source.floors.nextSweep = sweeping ? nil : .now.advanced(by: .seconds(3_600))
        // However long a probe took: no rest of it.
        source.probe = DueProbe()
        var inDoubt: [ClaimedSend] = []
        let room = CallPermits.Room(free: 100, limit: 100, bySharer: [:])
        guard case .claims(let claims) = try source.claim(room, on: connection, inDoubt: &inDoubt) else { return [] }
        return claims.map(\.item)
    }

    func close() { connection.close() }
}

@Suite struct `A sweep for due sends` {
    private func given(_ text: String, _ account: String = "default", due: String, isHigh: Bool = false)
        -> SendBed.Given
    {
        var given = SendBed.Given()
        given.text = text
        given.account = account
        given.dueAt = "now() - interval '\(due)'"
        given.isHigh = isHigh
        return given
    }

    @Test func `finds what came below a floor; retries and what is new need none`() async throws {
        try await withSendBed { bed in
            try await bed.add([
                given("first", due: "1 hour"), given("tried", due: "1 hour"), given("lost", due: "1 hour"),
                given("later", due: "-1 second"),
            ])
            _ = try await bed.rows(
                """
                UPDATE queue.send AS q
                SET lease_owner = '00000000-0000-0000-0000-0000000000aa', fence = 1,
                    lease_until = now() - interval '1 second'
                FROM outbox.entry AS e WHERE e.id = q.entry_id AND e.message = 'lost'
                """)
            let again = RetryPolicy(maxAutomaticRetries: 3, base: .milliseconds(1), cap: .milliseconds(1))
            let worker = bed.worker { $0.retry = again }
            let claimer = try Claimer(worker)
            let claimed = try await claimer.claims(sweeping: true)
            #expect(Set(claimed.map(\.text)).isSuperset(of: ["first", "tried"]))
            if claimed.count == 2 {
                try await eventually("what was not due yet is claimed when it is") {
                    try await claimer.claim(sweeping: false) == ["later"]
                }
            }
            // Nothing is due: the floors rise.
            #expect(try await claimer.claim(sweeping: false).isEmpty)

            if let tried = claimed.first(where: { $0.text == "tried" }) {
                await worker.record(tried, .retry(retryAfter: nil), code: "88")
            }
            try await eventually("a retry is claimed") { try await claimer.claim(sweeping: false) == ["tried"] }
            try await bed.add([given("new", due: "1 second"), given("of another", "another", due: "1 hour")])
            #expect(try await Set(claimer.claim(sweeping: false)) == ["new", "of another"])

            try await bed.add([given("older", due: "1 hour"), given("older high", due: "1 hour", isHigh: true)])
            try await worker.rescue.freeEnded()
            #expect(try await bed.rows("SELECT count(*) FROM queue.send WHERE lease_owner IS NULL") == ["3"])
            #expect(try await claimer.claim(sweeping: false).isEmpty)
            #expect(try await claimer.claim(sweeping: true) == ["older high", "lost", "older"])
            await claimer.close()
            await worker.end()
        }
    }
}
