import Synchronization

/// Since when the spool's writer has been at the disk, for other threads: a flush that hangs cannot say so itself.
final class WriteWatch: Sendable {
    private let start = ContinuousClock.now
    /// Nanoseconds from the start to the beginning of the write under way, plus one; 0 for no write.
    private let begin = Atomic<Int64>(0)
    private let timeMax: Duration

    /// - Parameter timeMax: How long may pass before the disk counts as hanging.
    init(timeMax: Duration) { self.timeMax = timeMax }

    private var elapsed: Int64 {
        let (seconds, attoseconds) = start.duration(to: .now).components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// Does something at the disk.
    func during(_ body: () -> Void) {
        begin.store(elapsed + 1, ordering: .relaxed)
        body()
        begin.store(0, ordering: .relaxed)
    }

    /// Whether the disk did not come back in time.
    var hangs: Bool {
        let begin = begin.load(ordering: .relaxed)
        return begin > 0 && Duration.nanoseconds(elapsed - begin) > timeMax
    }
}
