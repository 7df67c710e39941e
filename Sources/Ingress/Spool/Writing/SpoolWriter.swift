import Logging
import Metrics
import PostgresClient

/// Writes what waits to the spool's newest segment, all of it with one write and one flush, and then answers.
///
/// On a thread of its own, because a slow disk must not hold up the way into Postgres. A flush that hangs holds up the
/// webhooks that were handed over before the hang was known, and their number is bounded: they are answered by its
/// outcome, because nothing else can tell whether they are durable. Webhooks that come later are refused at once.
actor SpoolWriter {
    private let executor = ThreadExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Memory that is kept from one group to the next, in bytes.
    private static let keptBytesMax = 1 << 20

    private struct Active {
        let file: SpoolFile
        let number: Int
        let marker: UInt64
    }

    private let spool: Spool
    private let pending: PendingSubmissions
    private let direct: PendingSubmissions?
    private let watch: WriteWatch
    private let health: IntakeHealth
    private let log: Logger
    private var active: Active?
    private var buffer: [UInt8] = []
    private var nextTry: Deadline?
    private let spooled = Counter(label: "postroom_ingress_spooled_total")
    private let refused = Counter(label: "postroom_ingress_spool_refused_total")
    private let failures = Counter(label: "postroom_ingress_spool_failures_total")

    init(
        _ spool: Spool, pending: PendingSubmissions, direct: PendingSubmissions? = nil, watch: WriteWatch,
        health: IntakeHealth, log: Logger
    ) {
        self.spool = spool
        self.watch = watch
        self.pending = pending
        self.direct = direct
        self.health = health
        self.log = log
    }

    /// Writes until the pending submissions are closed and empty. Occupies the thread.
    func run() {
        let configuration = spool.configuration
        watch.during(tryDisk)
        report()
        while true {
            switch pending.take(
                itemsMax: configuration.groupItemsMax, bytesMax: SpoolConfiguration.groupBytesMax,
                timeout: configuration.tickInterval)
            {
            case .batch(let items): watch.during { write(items) }
            case .none: watch.during(tick)
            case .closed:
                seal()
                return
            }
            // Only after the disk has come back: until then the watch may still take it for hanging.
            report()
        }
    }

    /// Seals a segment that the drain has finished, and checks whether a disk that failed works again.
    private func tick() {
        if spool.ledger.isSealWanted { seal() }
        if nextTry?.hasPassed == true { tryDisk() }
    }

    private func tryDisk() {
        do throws(SpoolFailure) {
            try spool.folder.canWrite()
            if nextTry != nil { log.notice("the spool can be written again") }
            nextTry = nil
        } catch {
            suspend(error)
        }
    }

    private func write(_ items: [PendingSubmission]) {
        if spool.ledger.isSealWanted { seal() }
        if let nextTry, !nextTry.hasPassed { return refuse(items[...]) }
        let count: Int
        do throws(SpoolFailure) {
            count = try append(items)
            nextTry = nil
        } catch {
            suspend(error)
            // Nothing is known about these bytes, so the file is given up; what was durable in it stays to be drained.
            active?.file.giveUp()
            seal()
            count = 0
        }
        spooled.increment(by: count)
        items[..<count].lazy.map(\.submission).answer(.stored)
        refuse(items[count...])
    }

    /// Adds as many as there is room for.
    ///
    /// - Returns: How many of the first are durable.
    private func append(_ items: [PendingSubmission]) throws(SpoolFailure) -> Int {
        let room = spool.ledger.room
        let marker = active?.marker ?? UInt64.random(in: 1...UInt64.max)
        buffer.removeAll(keepingCapacity: true)
        defer { if buffer.capacity > Self.keptBytesMax { buffer = [] } }
        if active == nil { SegmentFormat.appendHeader(marker: marker, to: &buffer) }
        var count = 0
        for item in items {
            let end = buffer.count
            SegmentFormat.appendRecord(marker: marker, to: &buffer) { item.submission.webhook.appendPayload(to: &$0) }
            if buffer.count > room {
                buffer.removeLast(buffer.count - end)
                break
            }
            count += 1
        }
        guard count > 0 else { return 0 }
        let segment = if let active { active } else { try begin(marker) }
        try segment.file.append(buffer)
        spool.ledger.add(
            bytes: buffer.count, webhooks: count,
            oldestMilliseconds: items[..<count].map(\.submission.webhook.id.milliseconds).min() ?? 0)
        if segment.file.durableBytes >= spool.configuration.segmentBytesMax { seal() }
        return count
    }

    /// Begins a segment whose name is durable before anything in it is acknowledged.
    private func begin(_ marker: UInt64) throws(SpoolFailure) -> Active {
        let number = spool.ledger.begin()
        do throws(SpoolFailure) {
            let file = try SpoolFile(path: spool.folder.segmentPath(number), flags: SpoolFile.mustBeNew)
            let begun = Active(file: file, number: number, marker: marker)
            active = begun
            try spool.folder.synchronize()
            return begun
        } catch {
            if active == nil { spool.ledger.seal() }
            throw error
        }
    }

    /// Ends the newest segment.
    private func seal() {
        guard let ended = active else { return }
        active = nil
        spool.ledger.seal()
        // What stays is empty, and goes at the next start.
        if ended.file.durableBytes == 0 { _ = spool.folder.remove(segment: ended.number) }
    }

    private func suspend(_ failure: SpoolFailure) {
        failures.increment()
        if nextTry == nil { log.critical("the spool cannot be written", metadata: ["error": "\(failure)"]) }
        nextTry = .in(spool.configuration.tickInterval)
    }

    /// Gives back to the group commit what still has time there; refuses the rest.
    private func refuse(_ items: ArraySlice<PendingSubmission>) {
        let left = items.filter { item in
            item.isSpoolFinal || item.deadline.hasPassed || direct?.add(item.withSpoolFinal) != true
        }
        guard !left.isEmpty else { return }
        refused.increment(by: left.count)
        left.map(\.submission).answer(.unavailable)
    }

    private func report() {
        health.set(spool: nextTry == nil && spool.ledger.room >= spool.configuration.roomMin)
    }
}
