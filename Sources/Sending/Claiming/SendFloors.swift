import Store

/// Where looks at the accounts' due sends begin. Pure: time comes in.
///
/// Of each account and priority the floor is where the last look found the first one due, and never later than
/// ``ReadDueAccounts/lateness`` ago. So it passes no send that could be seen: none that waits for its time or its turn,
/// and no retry, as that is due later than now. Below it can be only what came there afterwards: what a rescue freed,
/// what was committed later than that, and what was made due in the past by hand. A sweep finds it: a look at all
/// accounts from the true start.
///
/// As long as sweeps are quick every look is one, and nothing is remembered. Under a held snapshot a sweep passes
/// everything that has died since, and earns a rest, as those of `ClaimReach` in `Receiving` do, so that sweeps take a
/// small share of the time. Until it is over looks begin at the floors, and new accounts are looked for between those
/// that are known. So a due send is hidden for one rest at most: 32 times what a sweep takes, and never over
/// ``restMax``. None is shared, as a process has one claimer.
///
/// A sweep goes over all windows, which takes as long as a round of turns does. A window that is looked at again for the
/// turns in it is swept again while that is quick; else those looks begin where the first one of them found something,
/// and what came below meanwhile is found in the next round, as it would be had it come a little later.
struct SendFloors: Sendable {
    /// A sweep that takes no longer for each look is followed by the next one at once.
    static let quick = Duration.milliseconds(5)
    /// Any other that took `t` is followed by none for `t` times this, so that sweeps take 3 % of the time.
    static let restFactor = 32
    /// The longest rest: what a rescue freed has waited for long enough. Sweeps of more than a third of a second take
    /// more than 3 % of the time, and one that takes as long as a statement may a third of it.
    static let restMax = Duration.seconds(10)
    /// Accounts remembered at most; the others are looked for, and counted from their true start.
    static let accountsMax = 4_096

    private let quick: Duration
    /// In the database's order; also those of which nothing was due, as their dead are in the way.
    private(set) var known: [DueAccount] = []
    /// So many of them are before the window.
    private var windowPlace = 0
    /// So many of them are before what is behind the window, once it was looked at.
    private var place = 0
    /// Whether the looks from the window's start to its end are a sweep.
    private(set) var isSweeping = false
    /// Whether this look is part of it: those at a window again are not where the last one was slow.
    private(set) var isSweepingHere = false
    private var wasQuick = true
    /// When the next may begin; nil: at once.
    var nextSweep: ContinuousClock.Instant?
    private var swept = Duration.zero
    private var looks = 0

    /// Begins with a sweep.
    init(quick: Duration = Self.quick) { self.quick = quick }

    /// Decides where the next look begins.
    ///
    /// - Parameters:
    ///   - isAtStart: whether it begins with the first account, and all have had their turn.
    ///   - isAgain: whether it begins where the last one did, as not all there have had theirs.
    /// - Returns: what is known of the accounts it may come to, for ``ReadDueAccounts``.
    mutating func begin(isAtStart: Bool, isAgain: Bool = false, now: ContinuousClock.Instant) -> [DueAccount] {
        if isAtStart {
            place = 0
            (swept, looks) = (.zero, 0)
            isSweeping = nextSweep.map { now >= $0 } ?? true
        }
        if isAgain { place = windowPlace } else { (windowPlace, wasQuick) = (place, true) }
        isSweepingHere = isSweeping && wasQuick
        let ahead = known[place...].prefix(Int(AccountWindow.visitedMax))
        // A sweep, too, takes the known accounts as given; only their floors are dropped.
        return isSweepingHere ? ahead.map { DueAccount(account: $0.account, high: 0, normal: 0) } : Array(ahead)
    }

    /// Takes in what the look has shown.
    mutating func found(_ visited: [DueAccount], took: Duration) {
        // Of those ahead each that the look came to is among them, in the same order.
        var end = place
        for one in visited where end < known.count && known[end].account == one.account { end += 1 }
        let fits = known.count - (end - place) + visited.count <= Self.accountsMax
        known.replaceSubrange(place..<end, with: fits ? visited : [])
        if fits { place += visited.count }
        guard isSweepingHere else { return }
        swept += took
        looks += 1
        wasQuick = took <= quick
    }

    /// Takes in that all accounts were looked at since the window was last at its start.
    mutating func cameRound(now: ContinuousClock.Instant) {
        guard isSweeping else { return }
        isSweeping = false
        if swept > quick * looks { return rest(now) }
        known = []
        nextSweep = nil
    }

    /// The look failed. A sweep may have taken longer than a statement may: what is known is gone on with meanwhile.
    mutating func failed(took: Duration, now: ContinuousClock.Instant) {
        guard isSweepingHere else { return }
        swept += took
        isSweeping = false
        rest(now)
    }

    private mutating func rest(_ now: ContinuousClock.Instant) {
        nextSweep = now.advanced(by: min(swept * Self.restFactor, Self.restMax))
    }
}
