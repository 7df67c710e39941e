import Domain
import Logging
import PostgresClient
import Providers
import Runtime
import Store

/// Claims due sends, on a connection and a thread of its own. Any number work side by side in any number of processes.
actor SendClaimer {
    private let executor = ThreadExecutor()
    /// The claimer's own thread.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// How long one transaction may take before the connection is dropped.
    static let transactionTimeout = Duration.seconds(5)
    /// How far ahead slots of the rate limit are taken.
    static let slotHorizon = Duration.milliseconds(250)

    /// A send that may be called, and when.
    struct Claim: Sendable {
        let send: ClaimedSend
        /// The moment of its slot; nil without a rate limit.
        let notBefore: ContinuousClock.Instant?
        /// The last moment it may be written.
        let gateUntil: ContinuousClock.Instant
    }

    /// What a look brought.
    enum Found: Sendable {
        case claims([Claim])
        /// Nothing was due among some accounts: look at the others.
        case nothingHere
        /// Nothing is due.
        case nothing
        /// Other transactions came in between too often.
        case contended
        /// The rate limit grants nothing at the moment.
        case limited
        /// Postgres did not do it. The claims are in doubt: perhaps leased, certainly not called.
        case failed(inDoubt: [ClaimedSend])
    }

    private let configuration: SendingConfiguration
    private let provider: String
    private let owner: UInt128
    private let reachable: Readiness.Check?
    private let log: Logger
    private var connection: Connection?
    private var window = AccountWindow()

    init(
        _ configuration: SendingConfiguration, provider: String, owner: UInt128, reachable: Readiness.Check?,
        log: Logger
    ) {
        self.configuration = configuration
        self.provider = provider
        self.owner = owner
        self.reachable = reachable
        self.log = log
    }

    /// Claims up to `free` sends, where `limit` may be held, and of each account so many are.
    func claim(free: Int, of limit: Int, inFlight: [String: Int]) -> Found {
        var inDoubt: [ClaimedSend] = []
        do {
            let found = try claim(free: free, of: limit, inFlight: inFlight, inDoubt: &inDoubt)
            reachable?.set(true)
            return found
        } catch {
            let failure = error as? PostgresError
            if failure?.sqlState == .deadlockDetected || failure?.sqlState == .serializationFailure {
                return .contended
            }
            reachable?.set(false)
            log.warning("claiming sends failed", metadata: ["error": "\(error)"])
            return .failed(inDoubt: failure?.effect == .unknown ? inDoubt : [])
        }
    }

    /// Ends the connection.
    func close() {
        connection?.close()
        connection = nil
    }

    private func claim(
        free: Int, of limit: Int, inFlight: [String: Int], inDoubt: inout [ClaimedSend]
    ) throws -> Found {
        let connection = try Connection.usable(&connection, configuration.database, deadline: .in(.seconds(10)))
        let accounts = window.next(
            try connection.run(
                ReadDueAccounts(
                    provider: provider, behind: window.behind, accountsMax: AccountWindow.accountsMax,
                    countMax: Int32(free)), deadline: .in(Self.transactionTimeout)))
        guard !accounts.isEmpty else { return window.isAtStart ? .nothing : .nothingHere }

        func shares(_ free: Int) -> [SendShare] {
            sendShares(accounts, inFlight: inFlight, free: free, callsMax: limit)
        }
        var wanted = shares(free)
        var slots: [ContinuousClock.Instant]?
        if configuration.rate > 0 {
            let granted = try takeSlots(wanted.reduce(0) { $0 + Int($1.count) }, on: connection)
            guard !granted.isEmpty else { return .limited }
            slots = granted
            wanted = shares(granted.count)
        }
        let leasedFrom = ContinuousClock.now
        let (sends, withdrawn) = try lease(wanted, on: connection, inDoubt: &inDoubt)
        // Where all were withdrawn there may be others behind them.
        guard !sends.isEmpty || withdrawn > 0 else { return window.isAtStart ? .nothing : .nothingHere }
        let gateUntil = leasedFrom.advanced(by: configuration.gateSpan)
        return .claims(
            sends.enumerated().map { place, send in
                Claim(send: send, notBefore: slots.map { $0[place] }, gateUntil: gateUntil)
            })
    }

    private func takeSlots(_ count: Int, on connection: Connection) throws -> [ContinuousClock.Instant] {
        let delays = try connection.run(
            TakeSendSlots(
                provider: provider, interval: .microseconds((1_000_000 + configuration.rate - 1) / configuration.rate),
                horizon: Self.slotHorizon, count: count), deadline: .in(Self.transactionTimeout))
        // Counted from the answer: never before the slot.
        let now = ContinuousClock.now
        return delays.map { now.advanced(by: $0) }
    }

    /// The claim's transaction. What it wrote down as dispatched and is not called after all is taken back in it: what
    /// something else settled, and what is not to be sent because its recipient has opted out since it was accepted.
    private func lease(
        _ shares: [SendShare], on connection: Connection, inDoubt: inout [ClaimedSend]
    ) throws -> (sends: [ClaimedSend], withdrawn: Int) {
        let deadline = Deadline.in(Self.transactionTimeout)
        let now = Timestamp(microseconds: wallClockMicroseconds())
        let freshIDs = (0..<shares.reduce(0) { $0 + Int($1.count) }).map { _ in
            AttemptID(at: now, random: (.random(in: 0 ... .max), .random(in: 0 ... .max)))
        }
        var claimed: [ClaimedSend] = []
        defer { inDoubt = claimed }
        return try connection.transaction(deadline: deadline) { connection in
            claimed = try connection.run(
                ClaimSends(
                    provider: provider, shares: shares, owner: owner, lease: configuration.lease, freshIDs: freshIDs),
                deadline: deadline)
            guard !claimed.isEmpty else { return ([], 0) }
            try refresh(Set(claimed.map(\.entryID)), on: connection, deadline: deadline)
            let settled = try settledOtherwise(claimed.filter(\.hasHistory), on: connection, deadline: deadline)
            let suppressed = claimed.filter(\.isSuppressed)
            guard !settled.isEmpty || !suppressed.isEmpty else { return (claimed, 0) }
            let entries = Set((settled + suppressed).map(\.entryID))
            try connection.run(WithdrawSends(claimed.filter { entries.contains($0.entryID) }), deadline: deadline)
            if !suppressed.isEmpty {
                try connection.run(SuppressEntries(suppressed.map(\.entryID)), deadline: deadline)
            }
            try refresh(entries, on: connection, deadline: deadline)
            return (claimed.filter { !entries.contains($0.entryID) }, entries.count)
        }
    }

    private func refresh(
        _ entries: Set<EntryID>, on connection: Connection, deadline: Deadline
    ) throws(PostgresError) {
        _ = try RefreshEntries.run(entries, timeZone: configuration.timeZone, on: connection, deadline: deadline)
    }

    /// Those whose entries something else has settled. Looked at once their entries are locked, so that evidence which
    /// comes later finds the attempt dispatched.
    private func settledOtherwise(
        _ sends: [ClaimedSend], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> [ClaimedSend] {
        guard !sends.isEmpty else { return [] }
        let evidence = try connection.run(ReadEvidence(of: sends.map(\.entryID)), deadline: deadline)
        let byEntry = Dictionary(evidence.map { ($0.id, $0.evidence) }, uniquingKeysWith: { first, _ in first })
        return sends.filter { send in
            byEntry[send.entryID].map { !isStillWanted(send.attemptID, of: $0) } ?? true
        }
    }
}
