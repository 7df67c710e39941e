/// A folder of webhooks that were acknowledged and may not be in Postgres yet, held by this process alone.
///
/// It consists of append-only segments, and is no embedded database: one thread adds at the end, one reads from the
/// front, and a segment is removed as a whole once all of it is stored. A transaction, an index or an update is never
/// needed. A database would add a dependency to the process that must stay lean, a file that grows and is not given
/// back, and a recovery that is not ours to read. It stays this simple because the drain may repeat itself after a
/// crash: ids are made at intake and the insert is idempotent by them, so no position needs to be durable.
///
/// The lock is held as long as this lives.
final class Spool: Sendable {
    let configuration: SpoolConfiguration
    let folder: SpoolFolder
    let ledger: SpoolLedger
    private let lock: SpoolLock

    /// Takes the folder for this process, and makes it where it is missing.
    ///
    /// - Parameter host: What this machine is reported as, so that a copy of the folder says whose it is.
    convenience init(making configuration: SpoolConfiguration, host: String = "") throws(SpoolFailure) {
        let folder = SpoolFolder(path: configuration.path)
        try folder.make()
        let lock = SpoolLock(try folder.lock())
        lock.name(SpoolOrigin(host: host, folder: configuration.path))
        try self.init(configuration, folder, lock)
    }

    /// Takes a folder that another machine left, to drain it.
    convenience init(draining configuration: SpoolConfiguration) throws(SpoolFailure) {
        let folder = SpoolFolder(path: configuration.path)
        // A folder with a lock file was a spool, and is empty: it was drained by hand before.
        guard try !folder.files().isEmpty || folder.hasLock else {
            throw SpoolFailure(path: configuration.path, .noSpool)
        }
        try self.init(configuration, folder, SpoolLock(try folder.lock()))
    }

    private init(
        _ configuration: SpoolConfiguration, _ folder: SpoolFolder, _ lock: SpoolLock
    ) throws(SpoolFailure) {
        self.configuration = configuration
        self.folder = folder
        self.lock = lock
        // A process began this segment and died before it wrote to it; nothing would ever read and end it.
        let leftovers = try folder.files()
        for file in leftovers where file.isEmptySegment { folder.remove(file.name) }
        ledger = SpoolLedger(leftovers.filter { !$0.isEmptySegment }, bytesMax: configuration.bytesMax)
    }

    /// Whose it is, as far as that was recorded.
    var origin: SpoolOrigin? { lock.origin }

    var status: SpoolStatus { ledger.status }

    /// Counts what earlier processes left; takes as long as reading it.
    func countLeftovers(while goesOn: () -> Bool = { true }) {
        for segment in ledger.uncounted where goesOn() {
            guard let survey = try? SegmentSurvey(path: folder.segmentPath(segment.number), limit: segment.bytes),
                let oldest = survey.oldest
            else { continue }
            ledger.count(segment.number, webhooks: survey.webhooks, oldestMilliseconds: oldest.milliseconds)
        }
    }
}
