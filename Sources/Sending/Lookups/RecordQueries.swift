import Domain
import Logging
import Providers
import Store
import Synchronization

/// Asks the provider's record query about attempts: each by its own id and by the provider's, on the day of its
/// dispatch and the days beside it, as the zone of the provider's days is a guess; then, for those it did not show, the
/// lists of those days.
final class RecordQueries: Sendable {
    /// Questions at a time.
    static let questionsMax = 8
    /// How far back the provider can be asked, less a day for the zones.
    static let ageMax = Duration.seconds(30 * 86_400)
    /// How long one answer may take.
    static let timeoutMax = Duration.seconds(10)

    private let provider: any SendingProvider
    private let client: ProviderClient
    private let timeout: Duration
    private let log: Logger
    private let lists = Mutex(DayLists())

    init(provider: any SendingProvider, client: ProviderClient, timeout: Duration, log: Logger) {
        self.provider = provider
        self.client = client
        self.timeout = min(timeout, Self.timeoutMax)
        self.log = log
    }

    /// Asks about each, until a time; those behind it are not asked about.
    func ask(_ lookups: [LeasedLookup], until deadline: ContinuousClock.Instant) async -> [LookupFinding] {
        var findings = [LookupFinding](repeating: .unanswered, count: lookups.count)
        let brake = Brake()
        await withTaskGroup(of: (Int, LookupFinding).self) { group in
            var waiting = lookups.indices.makeIterator()
            func askNext() {
                guard let index = waiting.next() else { return }
                group.addTask {
                    (index, await self.ask(lookups[index], until: deadline, brake: brake))
                }
            }
            for _ in 0..<Self.questionsMax { askNext() }
            for await (index, finding) in group {
                findings[index] = finding
                askNext()
            }
        }
        await readLists(lookups, &findings, until: deadline, brake: brake)
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
        for day in Self.days(around: lookup.day) {
            for id in lookup.messageIDs {
                guard ContinuousClock.now < deadline, !brake.isPulled, !Task.isCancelled else { return .unanswered }
                let call = provider.lookUp(messageID: id, day: day)
                guard let reply = try? await client.reply(to: call, timeout: timeout) else { return .unanswered }
                switch provider.lookUpResult(of: reply) {
                case .found(let record): return .found(record)
                case .notFound, .tooOld: continue
                case .tooOften, .refused:
                    brake.pull()
                    return .unanswered
                case .unreadable: return .unanswered
                }
            }
        }
        return .absent
    }

    /// The day first; then the next, as a call shortly before midnight is recorded shortly after it.
    static func days(around day: CivilDate) -> [CivilDate] {
        [0, 1, -1].map { CivilDate(daysSinceEpoch: day.daysSinceEpoch + $0) }
    }

    private func readLists(
        _ lookups: [LeasedLookup], _ findings: inout [LookupFinding], until deadline: ContinuousClock.Instant,
        brake: Brake
    ) async {
        var open: [String: Int] = [:]
        for (index, lookup) in lookups.enumerated() where findings[index] == .absent && lookup.age < Self.ageMax {
            for id in lookup.messageIDs { open[id] = index }
        }
        guard !open.isEmpty, !brake.isPulled, lists.withLock({ $0.begin(now: .now) }) else { return }
        let exact = Set(open.values.map { lookups[$0].day })
        let beside = Set(exact.flatMap(Self.days(around:))).subtracting(exact)
        var days = (exact.sorted(by: >) + beside.sorted(by: >))[...]
        for _ in 0..<DayLists.pagesMax {
            guard let day = days.first, ContinuousClock.now < deadline, !Task.isCancelled else { return }
            guard let page = await readPage(of: day) else { return }
            if page.isLast { days.removeFirst() }
            for record in page.records {
                guard let index = open[record.messageID] else { continue }
                findings[index] = .found(record)
            }
        }
    }

    /// The next page of a day; nil where the provider does not give it.
    private func readPage(of day: CivilDate) async -> (records: [ProviderRecord], isLast: Bool)? {
        let size = ReplyLimits.pageRecordsMax
        let number = lists.withLock { $0.page(of: day) }
        let call = provider.dayList(day, page: number, pageSize: size)
        guard
            let reply = try? await client.reply(
                to: call, timeout: timeout, bodyBytesMax: ReplyLimits.dayListBytesMax)
        else { return nil }
        switch provider.dayListResult(of: reply) {
        case .page(let records, let total):
            let isLast = number * size >= total
            lists.withLock { $0.read(number, of: day, isLast: isLast) }
            return (records, isLast)
        case .tooOften:
            lists.withLock { $0.tooOften(now: .now) }
            return nil
        case .tooOld: return ([], true)
        case .refused(let code):
            log.warning("the provider refuses its day list", metadata: ["code": "\(code ?? "none")"])
            return nil
        case .unreadable: return nil
        }
    }
}

extension LeasedLookup {
    /// What the provider may know it by, the surest first.
    var messageIDs: [String] {
        [attemptID.description] + [providerMessageID].compactMap(\.self).filter { $0 != attemptID.description }
    }
}
