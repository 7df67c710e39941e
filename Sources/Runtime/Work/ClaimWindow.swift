import Domain

/// What claims are shared by: an account, an endpoint.
package protocol ClaimSharer: Sendable {
    /// Its identity; sharers are walked in the database's order of it.
    var key: String { get }
    /// How much of it is due.
    var dueCount: Int { get }
}

/// Which sharers a claim looks at, and whose turn it is: round robin over all of them, through a window, so that a claim
/// costs the same however many there are.
///
/// A claim may have less to give than there are sharers in the window: a rate limit grants one call at a time. So the
/// window stays until each sharer in it of which anything is due has had its turn, or holds its part already; then it
/// moves on. Each claim is the turn of one that had none since the window came to it, or moves the window: between two
/// turns of a sharer there are no more claims than sharers and windows.
///
/// While the window holds all there are it does not move: the turns go round in it.
package struct ClaimWindow<Sharer: ClaimSharer>: Sendable {
    /// Sharers looked at in one claim.
    package static var visitedMax: Int32 { 128 }
    /// Those that share one claim.
    package static var sharersMax: Int { 32 }

    /// The window begins after this one; if empty, with the first.
    package private(set) var behind = ""
    /// Whether the next look is at the window of the last one, for those that have not had their turn.
    package private(set) var isAgain = false
    /// Who is in it, by the last look.
    private var visited: [Sharer] = []
    /// Whose turn it is.
    private var sharing: [Sharer] = []
    /// Whether the window held all there are.
    private var isWhole = true
    /// Whether nobody in the window comes after these.
    private var isLastPart = true
    /// Those in the window up to the one that had the last turn. All of them, as any may be gone by the next look, and
    /// keys are compared by the database only, in an order of its own.
    private var passed: Set<String> = []
    /// What was due when the window went over all the last time, and since it was last at the start.
    private var (before, soFar) = (Waiting.unknown, Waiting())
    /// What is due in the window, by the last look.
    private var here = Waiting()

    /// Those of which as much is due as was counted, or more: however much a turn gives them, they wait on. And how much
    /// is due of the others: what a turn gives them is all they want.
    private struct Waiting {
        var sharers = 0
        var ofOthers = 0

        /// Of before all were looked at once.
        static var unknown: Waiting { Waiting(sharers: .max, ofOthers: .max) }

        mutating func add(_ visited: [Sharer], countMax: Int) {
            for sharer in visited where sharer.dueCount > 0 {
                if sharer.dueCount >= countMax { sharers += 1 } else { ofOthers += sharer.dueCount }
            }
        }
    }

    /// A window at the start.
    package init() {}

    /// Whether all have had their turn since the window was last at the start.
    package var isAtStart: Bool { behind.isEmpty && !isAgain }

    private var hasMore: Bool { visited.count >= Int(Self.visitedMax) }

    /// How much of each sharer the next look need count, for a claim of `free`.
    package func countMax(_ free: Int) -> Int { min(free, turnMax(free, of: before.sharers)) }

    /// Where there are others behind the window, a turn is no more than each of those that wait on would get if all of
    /// them were in it: what is left of the room is for the next claim.
    private func turnMax(_ free: Int, of sharers: Int) -> Int {
        isWhole ? .max : max(1, free / max(1, min(sharers, Self.sharersMax)))
    }

    /// Takes what was found in the window. If it is nobody's turn there, the window moves on.
    ///
    /// - Parameter countMax: up to how much of each was counted.
    /// - Returns: those that share the claim. Until ``gave(_:of:)`` says that they did it stays their turn.
    package mutating func next(_ visited: [Sharer], countMax: Int) -> [Sharer] {
        self.visited = visited
        isWhole = behind.isEmpty && !hasMore
        let start = visited.lastIndex { passed.contains($0.key) }.map { $0 + 1 } ?? 0
        var turns = visited[start...].filter { $0.dueCount > 0 }
        here = Waiting()
        here.add(visited, countMax: countMax)
        if isWhole {
            turns += visited[..<start].filter { $0.dueCount > 0 }
            (before, soFar) = (here, Waiting())
        } else if !isAgain {
            soFar.add(visited, countMax: countMax)
        }
        isAgain = !isWhole
        sharing = Array(turns.prefix(Self.sharersMax))
        isLastPart = turns.count == sharing.count
        if sharing.isEmpty, !isWhole { moveOn() }
        return sharing
    }

    /// What each of those that share the claim gets, by ``fairShares(_:free:callsMax:keptForOthers:)``.
    ///
    /// - Parameter granted: how many may be given, where that is less than there is room for.
    package func shares(_ room: CallPermits.Room, granted: Int? = nil) -> [(sharer: String, count: Int)] {
        let sharers = max(here.sharers, before.sharers)
        let turnMax = turnMax(room.free, of: sharers)
        let loads = sharing.map {
            SharerLoad(sharer: $0.key, waiting: min($0.dueCount, turnMax), inFlight: room.bySharer[$0.key] ?? 0)
        }
        return fairShares(
            loads, free: granted ?? room.free, callsMax: room.limit, keptForOthers: keptForOthers(sharers))
    }

    /// How much of the room those need who do not share this claim, by the last round.
    private func keptForOthers(_ sharers: Int) -> Int {
        guard isLastPart else { return .max }
        if isWhole { return 0 }
        return sharers > 1 ? .max : before.ofOthers
    }

    /// Ends the turns of those that got these shares of `free`, and of those before them. If that was not all there was
    /// to give, those without a share hold their part already, and their turns end, too.
    package mutating func gave(_ shares: [(sharer: String, count: Int)], of free: Int) {
        let isAllGiven = shares.reduce(0) { $0 + $1.count } >= free
        guard let last = isAllGiven ? shares.last?.sharer : sharing.last?.key else { return }
        guard isLastPart, last == sharing.last?.key else { return pass(last) }
        // If all got something the next claim, too, begins with another: the first ones may get more.
        if isWhole { pass(sharing[0].key) } else { moveOn() }
    }

    private mutating func pass(_ key: String) {
        guard let place = visited.firstIndex(where: { $0.key == key }) else { return }
        passed = Set(visited[...place].lazy.map(\.key))
    }

    private mutating func moveOn() {
        behind = hasMore ? visited.last?.key ?? "" : ""
        passed = []
        isAgain = false
        if behind.isEmpty { (before, soFar) = (soFar, Waiting()) }
    }
}
