import Domain
import Logging
import Providers
import Store
import Synchronization

/// Asks the provider's record query about attempts: each by its own id and by the provider's, on the day of its
/// dispatch and the days beside it, because the zone of the provider's days is a guess; then, for attempts it did not
/// show, reads the lists of those days.
///
/// Lists are read on from pass to pass, whatever attempts are asked about meanwhile, and everything they show is handed
/// over.
final class RecordQueries: Sendable {
    /// Questions at a time.
    static let questionsMax = 8
    /// How far back the provider can be asked, less a day for the zones.
    static let ageMax = Duration.seconds(30 * 86_400)
    /// How long one answer may take.
    static let timeoutMax = Duration.seconds(10)
    /// The part of a pass's time that is kept for lists, so that a slow provider's lists are read, too.
    static let listTime = Duration.seconds(5)

    private let provider: any SendingProvider
    private let client: ProviderClient
    private let timeout: Duration
    private let listedAfter: Duration
    private let log: Logger
    private let lists = Mutex(DayLists())
    private let looks = Mutex(FirstLooks())

    /// Asks a provider.
    ///
    /// - Parameter listedAfter: how long after its dispatch an attempt is looked for in lists. A list that was begun
    ///   before that says nothing about it, because the call may still have been under way. One whose outcome is not
    ///   known counts as dispatched when this process first looked for it, unless its age says that it was later: a
    ///   leap of the database's clock makes it as old as its deadline, and the next decision may be a second SMS.
    init(
        provider: any SendingProvider, client: ProviderClient, timeout: Duration, listedAfter: Duration, log: Logger
    ) {
        self.provider = provider
        self.client = client
        self.timeout = min(timeout, Self.timeoutMax)
        self.listedAfter = listedAfter
        self.log = log
    }

    /// Asks about each until the time is up; the rest are not asked about. Then reads on in lists, even where there was
    /// nothing to ask about, as long as some are to be read.
    ///
    /// - Parameter keep: records what a page of a list shows, and says whether it could; if not, the list counts as not
    ///   read.
    func ask(
        _ lookups: [LeasedLookup], until deadline: ContinuousClock.Instant,
        keep: ([ProviderRecord]) async -> Bool
    ) async -> [LookupFinding] {
        let began = ContinuousClock.now
        let dispatched = looks.withLock { looks in
            lookups.map { lookup in
                let byAge = began.advanced(by: .zero - lookup.age)
                return lookup.state == .unclear ? max(byAge, looks.first(lookup.attemptID, now: began)) : byAge
            }
        }
        var findings = [LookupFinding](repeating: .unanswered, count: lookups.count)
        let brake = Brake()
        await withTaskGroup(of: (Int, LookupFinding).self) { group in
            let end = deadline.advanced(by: .zero - Self.listTime)
            var waiting = lookups.indices.makeIterator()
            func askNext() {
                guard let index = waiting.next() else { return }
                group.addTask {
                    (index, await self.ask(lookups[index], until: end, brake: brake))
                }
            }
            for _ in 0..<Self.questionsMax { askNext() }
            for await (index, finding) in group {
                findings[index] = finding
                askNext()
            }
        }
        let open = lookups.indices.filter {
            (findings[$0] == .absent || findings[$0] == .unlisted) && lookups[$0].age < Self.ageMax
        }
        want(Set(open.map { lookups[$0].day }))
        if !brake.isPulled { await readLists(until: deadline, keep: keep) }
        lists.withLock { lists in
            for index in open {
                let since = dispatched[index].advanced(by: listedAfter)
                if !lists.isRead(around: lookups[index].day, since: since) { findings[index] = .unlisted }
            }
        }
        return findings
    }

    /// Stops a pass: the provider wants to be left alone.
    private final class Brake: Sendable {
        private let isOn = Atomic(false)
        var isPulled: Bool { isOn.load(ordering: .relaxed) }
        func pull() { isOn.store(true, ordering: .relaxed) }
    }

    private func ask(
        _ lookup: LeasedLookup, until deadline: ContinuousClock.Instant, brake: Brake
    ) async -> LookupFinding {
        guard lookup.age < Self.ageMax else { return .absent }
        var answered: Set<CivilDate> = []
        for day in Self.days(around: lookup.day) {
            for id in lookup.messageIDs {
                guard ContinuousClock.now < deadline, !brake.isPulled, !Task.isCancelled else { return .unanswered }
                let call = provider.lookUp(messageID: id, day: day)
                guard let reply = try? await client.reply(to: call, timeout: timeout) else { return .unanswered }
                switch provider.lookUpResult(of: reply) {
                case .found(let record): return .found(record)
                case .notFound, .tooOld: answered.insert(day)
                // Invalid for that day or id only: the day may have begun here and not there.
                case .invalid: continue
                case .tooOften, .refused:
                    brake.pull()
                    return .unanswered
                case .unreadable: return .unanswered
                }
            }
        }
        // A provider that accepts no query at all has changed, or is another one.
        guard !answered.isEmpty else {
            brake.pull()
            return .unanswered
        }
        return answered.contains(lookup.day) ? .absent : .unlisted
    }

    /// The day itself first; then the next day, because a call shortly before midnight is recorded shortly after it.
    static func days(around day: CivilDate) -> [CivilDate] {
        [0, 1, -1].map { CivilDate(daysSinceEpoch: day.daysSinceEpoch + $0) }
    }

    private func want(_ days: Set<CivilDate>) {
        let beside = Set(days.flatMap(Self.days(around:))).subtracting(days)
        lists.withLock { $0.want(days.sorted(by: >) + beside.sorted(by: >)) }
    }

    private func readLists(
        until deadline: ContinuousClock.Instant, keep: ([ProviderRecord]) async -> Bool
    ) async {
        guard lists.withLock({ $0.begin(now: .now) }) else { return }
        for _ in 0..<DayLists.pagesMax {
            guard ContinuousClock.now < deadline, !Task.isCancelled,
                let (day, page) = lists.withLock({ $0.next(now: .now) })
            else { return }
            guard await read(page, of: day, keep: keep) else { return }
        }
    }

    /// Reads a page.
    ///
    /// - Returns: whether the provider may be asked for another now.
    private func read(_ page: Int, of day: CivilDate, keep: ([ProviderRecord]) async -> Bool) async -> Bool {
        let size = ReplyLimits.pageRecordsMax
        let call = provider.dayList(day, page: page, pageSize: size)
        guard
            let reply = try? await client.reply(
                to: call, timeout: timeout, bodyBytesMax: ReplyLimits.dayListBytesMax)
        else {
            lists.withLock { $0.giveUp() }
            return false
        }
        switch provider.dayListResult(of: reply) {
        case .page(let records, let total):
            let isKept = await keep(records)
            lists.withLock { $0.took(pages: (total + size - 1) / size, isKept: isKept) }
            return true
        case .invalid, .tooOld:
            lists.withLock { $0.isNoDay() }
            return true
        case .tooOften:
            lists.withLock { $0.tooOften(now: .now) }
            return false
        case .refused(let code):
            log.warning("the provider refuses its day list", metadata: ["code": "\(code ?? "none")"])
            lists.withLock { $0.giveUp() }
            return false
        case .unreadable:
            lists.withLock { $0.giveUp() }
            return false
        }
    }
}

extension LeasedLookup {
    /// The ids that the provider may know it by, the surest first.
    var messageIDs: [String] {
        [attemptID.description] + [providerMessageID].compactMap(\.self).filter { $0 != attemptID.description }
    }
}
