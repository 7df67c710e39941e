import Domain
import Logging
import Metrics
import PostgresClient
import Runtime
import Store

/// Decides on and stores what waits, one transaction at a time, on a connection with a thread of its own.
///
/// It never waits to make a group larger: the sends that come while one group is under way are the next. They are
/// decided by what earlier groups found, which the statement that stores them confirms; where that does not hold, the
/// group looks. A group whose commit is in doubt is tried again with the same entry ids until each send's deadline:
/// what is stored already is found by its id.
actor SendGroupWriter {
    /// How long the writer waits for sends before it pings Postgres.
    static let probeInterval = Duration.seconds(1)
    /// How many groups look before they store after one with a repeat or a refusal: such sends come in series, and a
    /// group that does not look first needs a second try. Most traffic repeats nothing and can pay.
    static let lookingGroups = 100
    /// Sends in one transaction at most.
    static let groupSendsMax = 256
    /// The provider that sends, as in ops.provider.
    static let provider = ProviderName.nxtele

    private let executor = ThreadExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let configuration: APIConfiguration
    private let pending: PendingSends
    private let reachable: Readiness.Check?
    private let log: Logger
    private var held: HeldConnection
    private var cache: AcceptCache
    /// How many groups are still to look.
    private var lookingGroupsLeft = 0
    private var probeLog: SeldomLog
    private var connectLog: SeldomLog
    private var storeLog: SeldomLog
    private let metrics = SendGroupMetrics()

    init(
        _ configuration: APIConfiguration, pending: PendingSends, reachable: Readiness.Check?, log: Logger,
        cache: AcceptCache = AcceptCache()
    ) {
        self.configuration = configuration
        self.pending = pending
        self.reachable = reachable
        self.log = log
        self.cache = cache
        held = HeldConnection(configuration.database)
        probeLog = SeldomLog("Postgres does not serve requests", to: log)
        connectLog = SeldomLog("connecting to Postgres failed", to: log)
        storeLog = SeldomLog("storing sends failed", to: log)
    }

    /// Writes until the pending sends are closed and empty. Occupies the thread.
    func run() {
        probe()
        while true {
            switch pending.take(itemsMax: Self.groupSendsMax, timeout: Self.probeInterval) {
            case .batch(let items): write(items[...])
            case .none: probe()
            case .closed:
                held.close()
                return
            }
        }
    }

    /// Asks Postgres for a sign of life where no send does, so that readiness goes and comes back without traffic: whether it
    /// takes writes, and has keys that this role may look up, without which every request is answered 503.
    private func probe() {
        guard let connection = connect() else { return setReachable(false) }
        do throws(PostgresError) {
            let deadline = Deadline.in(configuration.storeDeadline)
            _ = try connection.run(FindAPIKeys([]), deadline: deadline)
            let takesWrites = try connection.run(Ping(), deadline: deadline)
            // Whoever moves the name to another server does not end what leads to this one.
            if !takesWrites { connection.close() }
            setReachable(takesWrites)
        } catch {
            probeLog.warn(error)
            setReachable(false)
        }
    }

    private func setReachable(_ value: Bool) { reachable?.set(value) }

    /// - Parameter isInDoubt: whether an earlier try may have stored them.
    private func write(_ items: ArraySlice<PendingSend>, isInDoubt: Bool = false) {
        var open = items
        var isInDoubt = isInDoubt
        while true {
            // Connect before the deadlines are checked: if it takes long, the sends that waited pay for it.
            let connection = connect()
            open = refuseLate(open, isInDoubt: isInDoubt)
            guard let oldest = open.first else { return }
            guard let connection else { continue }
            switch store(open, on: connection, until: oldest.deadline, isInDoubt: isInDoubt) {
            case .answered: return setReachable(true)
            case .looksNext: continue
            case .failed: setReachable(false)
            case .inDoubt:
                isInDoubt = true
                setReachable(false)
            case .refused:
                // A row of one send broke the statement, which was rolled back for all, so each goes alone. That is
                // safe even where the try before is in doubt: each looks for its own id first, under the lock that the
                // earlier try had to give back.
                guard open.count > 1 else {
                    answer(open, isInDoubt ? .unconfirmed : .failed)
                    return
                }
                for index in open.indices { write(open[index...index], isInDoubt: isInDoubt) }
                return
            }
        }
    }

    /// Refuses the sends whose time is up, or too short for a try. They come in order, and so do their deadlines.
    private func refuseLate(
        _ items: ArraySlice<PendingSend>, isInDoubt: Bool
    ) -> ArraySlice<PendingSend> {
        let late = items.prefix { $0.deadline.remaining < configuration.tryTimeMin }
        guard !late.isEmpty else { return items }
        answer(late, isInDoubt ? .unconfirmed : .unavailable)
        return items.dropFirst(late.count)
    }

    private func answer(_ items: ArraySlice<PendingSend>, _ answer: SendAnswer) {
        for item in items { item.continuation.resume(returning: answer) }
    }

    private enum TryOutcome { case answered, looksNext, failed, inDoubt, refused }

    /// One try. Whatever fails, the next try has the same ids.
    private func store(
        _ items: ArraySlice<PendingSend>, on connection: Connection, until deadline: Deadline, isInDoubt: Bool
    ) -> TryOutcome {
        let group = AcceptGroup(
            candidates: items.map(\.candidate), isInDoubt: isInDoubt, provider: Self.provider,
            waitMax: configuration.waitMax)
        let facts = lookingGroupsLeft > 0 ? nil : group.facts(from: cache)
        do {
            let answers =
                if let facts {
                    try group.assume(facts, clockErrorMax: cache.clockErrorMax, on: connection, deadline: deadline)
                } else {
                    try look(group, on: connection, deadline: deadline)
                }
            held.succeeded()
            guard let answers else {
                lookingGroupsLeft = max(1, lookingGroupsLeft)
                return .looksNext
            }
            metrics.stored(items.count)
            for (item, answer) in zip(items, answers) { item.continuation.resume(returning: answer) }
            return .answered
        } catch let error as PostgresError where error.sqlState == .uniqueViolation && facts != nil {
            lookingGroupsLeft = 1
            return .looksNext
        } catch {
            metrics.failures.increment()
            storeLog.warn(error, count: items.count)
            let failure = error as? PostgresError
            if failure?.sqlState?.blamesData == true { return .refused }
            held.failed(until: deadline)
            return isInDoubt || failure?.effect == .unknown ? .inDoubt : .failed
        }
    }

    /// Has a group look. What it finds decides how many more groups look.
    private func look(_ group: AcceptGroup, on connection: Connection, deadline: Deadline) throws -> [SendAnswer]? {
        metrics.looked.increment()
        guard let answers = try group.look(&cache, on: connection, deadline: deadline) else {
            // Normally a price or an opt-out came in between. Otherwise it is a fault of ours, which must not loop at
            // full speed.
            log.warning("what sends were decided by changed meanwhile")
            held.failed(until: deadline)
            return nil
        }
        lookingGroupsLeft = answers.allSatisfy(\.isAccepted) ? max(0, lookingGroupsLeft - 1) : Self.lookingGroups
        return answers
    }

    /// The connection, or one try to open it. Blocks for at most the pause after a failure and the store deadline.
    private func connect() -> Connection? {
        do throws(PostgresError) {
            return try held.usable(deadline: .in(configuration.storeDeadline))
        } catch {
            metrics.failures.increment()
            held.failed()
            connectLog.warn(error)
            return nil
        }
    }
}

/// | name | type |
/// |---|---|
/// | `postroom_api_send_groups_total` | counter |
/// | `postroom_api_send_group_size` | recorder: sum and count of sends in a group |
/// | `postroom_api_send_groups_looked_total` | counter of tries that looked before they stored |
/// | `postroom_api_send_group_failures_total` | counter of tries that failed |
struct SendGroupMetrics: Sendable {
    private let groups = Counter(label: "postroom_api_send_groups_total")
    let looked = Counter(label: "postroom_api_send_groups_looked_total")
    private let size = Recorder(label: "postroom_api_send_group_size", aggregate: true)
    let failures = Counter(label: "postroom_api_send_group_failures_total")

    func stored(_ count: Int) {
        groups.increment()
        size.record(count)
    }
}
