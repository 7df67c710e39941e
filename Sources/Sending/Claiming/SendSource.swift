import Domain
import Logging
import PostgresClient
import Runtime
import Store

/// Claims due sends.
typealias SendClaimer = LeaseClaimer<SendSource>

extension LeaseClaimer where Source == SendSource {
    init(
        _ configuration: SendingConfiguration, provider: String, owner: UInt128, reachable: Readiness.Check?,
        log: Logger
    ) {
        self.init(
            SendSource(configuration, provider: provider, owner: owner), database: configuration.database,
            reachable: reachable, log: log)
    }
}

/// The queue of sends to one provider.
struct SendSource: LeaseSource {
    /// How long one transaction may take before the connection is dropped.
    static let transactionTimeout = Duration.seconds(5)
    /// How far ahead slots of the rate limit are taken.
    static let slotHorizon = Duration.milliseconds(250)

    private let configuration: SendingConfiguration
    private let provider: String
    private let owner: UInt128
    private var window = AccountWindow()
    /// Where looks begin.
    var floors = SendFloors()
    /// Whether they begin at all.
    var probe = DueProbe()

    init(_ configuration: SendingConfiguration, provider: String, owner: UInt128) {
        self.configuration = configuration
        self.provider = provider
        self.owner = owner
    }

    mutating func claim(
        _ room: CallPermits.Room, on connection: Connection, inDoubt: inout [ClaimedSend]
    ) throws -> Claimed<ClaimedSend> {
        let wasAtStart = window.isAtStart
        if wasAtStart, probe.isWanted, try !isAnyDue(on: connection) { return .nothing }
        let found = try claimDue(room, on: connection, inDoubt: &inDoubt)
        let isNothing = if case .nothing = found { true } else { false }
        probe.claimed(nothing: isNothing, endsRound: !wasAtStart && window.isAtStart)
        return found
    }

    private mutating func isAnyDue(on connection: Connection) throws -> Bool {
        let start = ContinuousClock.now
        guard let from = probe.begin(now: start) else { return true }
        do {
            let first = try connection.run(ReadFirstDue(from: from), deadline: .in(Self.transactionTimeout))
            let now = ContinuousClock.now
            probe.ended(from: from, at: first.dueFrom, took: start.duration(to: now), now: now)
            return first.isAnyDue
        } catch {
            let now = ContinuousClock.now
            probe.ended(from: from, at: nil, took: start.duration(to: now), now: now)
            throw error
        }
    }

    private mutating func claimDue(
        _ room: CallPermits.Room, on connection: Connection, inDoubt: inout [ClaimedSend]
    ) throws -> Claimed<ClaimedSend> {
        var room = room
        // What no slot can be had for need not be counted.
        if let slotsMax = configuration.slotsMax(within: Self.slotHorizon) { room.free = min(room.free, slotsMax) }
        let accounts = try look(window.countMax(room.free), on: connection)
        var shares = window.shares(room)
        var slots: [ContinuousClock.Instant]?
        if let interval = configuration.slotInterval, !shares.isEmpty {
            let found = try takeSlots(shares.reduce(0) { $0 + $1.count }, every: interval, on: connection)
            guard !found.granted.isEmpty else {
                return .limited(Self.pause(untilSlotIn: found.next, jitter: .random(in: 0..<1)))
            }
            // Counted from the answer: never before the slot.
            let now = ContinuousClock.now
            slots = found.granted.map { now.advanced(by: $0) }
            shares = window.shares(room, granted: found.granted.count)
        }
        endTurns(shares, of: slots?.count ?? room.free)
        guard !shares.isEmpty else { return nothing }
        let leasedFrom = ContinuousClock.now
        let (sends, withdrawn) = try lease(sendShares(shares, of: accounts), on: connection, inDoubt: &inDoubt)
        // If all were withdrawn, there may be others after them.
        guard !sends.isEmpty || withdrawn > 0 else { return nothing }
        let gateUntil = leasedFrom.advanced(by: configuration.gateSpan)
        return .claims(
            sends.enumerated().map { place, send in
                LeasedClaim(send, notBefore: slots.map { $0[place] }, gateUntil: gateUntil)
            })
    }

    private var nothing: Claimed<ClaimedSend> { window.isAtStart ? .nothing : .nothingHere }

    /// How long to wait where no slot was to be had: until half of the horizon, or somewhat more, before the next one.
    /// That makes no call later, as all slots before it are taken: whoever claims then gets it, and with it all that
    /// come free in the meantime. Not all workers at once: one would take what the others have looked for in vain.
    static func pause(untilSlotIn next: Duration, jitter: Double) -> Duration {
        max(.milliseconds(2), next - slotHorizon / 2 - slotHorizon / 4 * jitter)
    }

    /// Before the claim, whatever becomes of it: what cannot be claimed holds up nobody.
    private mutating func endTurns(_ shares: [(sharer: String, count: Int)], of free: Int) {
        window.gave(shares, of: free)
        if window.isAtStart { floors.cameRound(now: .now) }
    }

    /// Looks at the accounts of the window.
    ///
    /// - Returns: those that share the claim.
    private mutating func look(_ countMax: Int, on connection: Connection) throws -> [DueAccount] {
        let start = ContinuousClock.now
        let known = floors.begin(isAtStart: window.isAtStart, isAgain: window.isAgain, now: start)
        do {
            let visited = try connection.run(
                ReadDueAccounts(
                    provider: provider, behind: window.behind, known: known, accountsMax: AccountWindow.visitedMax,
                    countMax: Int32(countMax)), deadline: .in(Self.transactionTimeout))
            let accounts = window.next(visited, countMax: countMax)
            let now = ContinuousClock.now
            floors.found(visited, took: start.duration(to: now))
            if window.isAtStart { floors.cameRound(now: now) }
            return accounts
        } catch {
            let now = ContinuousClock.now
            floors.failed(took: start.duration(to: now), now: now)
            throw error
        }
    }

    private func takeSlots(_ count: Int, every interval: Duration, on connection: Connection) throws -> SendSlots {
        try connection.run(
            TakeSendSlots(provider: provider, interval: interval, horizon: Self.slotHorizon, count: count),
            deadline: .in(Self.transactionTimeout))
    }

    /// The claim's transaction. An attempt that it recorded as dispatched, but that will not be called after all, is
    /// taken back before any entry is written: nothing is told or booked about an attempt that never was.
    private func lease(
        _ shares: [SendShare], on connection: Connection, inDoubt: inout [ClaimedSend]
    ) throws -> (sends: [ClaimedSend], withdrawn: Int) {
        let deadline = Deadline.in(Self.transactionTimeout)
        let now = Timestamp.now
        let freshIDs = (0..<shares.reduce(0) { $0 + Int($1.count) }).map { _ in AttemptID.new(at: now) }
        var claimed: [ClaimedSend] = []
        defer { inDoubt = claimed }
        return try connection.transaction(deadline: deadline) { connection in
            claimed = try connection.run(
                ClaimSends(
                    provider: provider, shares: shares, owner: owner, lease: configuration.lease, freshIDs: freshIDs),
                deadline: deadline)
            guard !claimed.isEmpty else { return ([], 0) }
            // For most there is nothing to look up: these are first attempts, and nothing speaks against them.
            let doubtful = claimed.filter { $0.hasHistory || $0.isSuppressed }
            var evidence = try lockedEvidence(of: doubtful, on: connection, deadline: deadline)
            let unwanted = doubtful.filter { send in
                send.isSuppressed || evidence[send.entryID].map { !isWanted(send.attemptID, of: $0.evidence) } ?? true
            }
            if !unwanted.isEmpty {
                try withdraw(unwanted, on: connection, deadline: deadline)
                for send in unwanted { evidence[send.entryID] = nil }
            }
            _ = try RefreshEntries.run(
                Set(claimed.map(\.entryID)), knowing: evidence, timeZone: configuration.timeZone, on: connection,
                deadline: deadline)
            let withdrawn = Set(unwanted.map(\.entryID))
            return (claimed.filter { !withdrawn.contains($0.entryID) }, withdrawn.count)
        }
    }

    /// All evidence of the entries of these. They are locked first, so that evidence that comes later finds the attempt
    /// dispatched. The claim's other entries are locked after them, whatever their ids: nobody waits for those, because
    /// they have no attempt to bring evidence about, and their queue rows are held.
    private func lockedEvidence(
        of sends: [ClaimedSend], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> [EntryID: StoredEvidence] {
        guard !sends.isEmpty else { return [:] }
        let entries = sends.map(\.entryID).sorted()
        try connection.run(LockEntries(entries), deadline: deadline)
        let evidence = try ReadEvidence.whole(of: entries, on: connection, deadline: deadline)
        return Dictionary(evidence.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Takes back sends that something else has settled, and sends whose recipient has opted out since they were
    /// accepted.
    private func withdraw(
        _ sends: [ClaimedSend], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) {
        try connection.run(WithdrawSends(sends), deadline: deadline)
        let suppressed = sends.filter(\.isSuppressed).map(\.entryID)
        if !suppressed.isEmpty { try connection.run(SuppressEntries(suppressed), deadline: deadline) }
    }
}
