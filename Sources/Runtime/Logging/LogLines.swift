import CoreMetrics
import Glibc
import Synchronization

/// Lines on their way to standard error, written by a thread of their own: whoever logs never waits for a collector.
///
/// One that does not read (a journal that hangs, a full disk behind a container's log) blocks whoever writes to it, for
/// ever. What it leaves no room for is dropped and counted; where it reads on, the log says how many lines are missing.
///
/// | name | type |
/// |---|---|
/// | `postroom_log_lines_dropped_total` | counter |
final class LogLines: Sendable {
    /// Lines that wait at most, beside those being written.
    static let linesMax = 8_192
    /// Bytes of them at most.
    static let bytesMax = 1 << 20

    private struct Line: PendingItem {
        let bytes: [UInt8]
        var byteCount: Int { bytes.count }
    }

    private let pending: PendingQueue<Line>
    private let write: @Sendable ([UInt8]) -> Void
    private let reportDropped: @Sendable (Int) -> Void
    /// Lines that were taken in and are not written yet.
    private let openCount = Atomic<Int>(0)
    /// Dropped since it was last said.
    private let droppedCount = Atomic<Int>(0)
    private let dropped = Counter(label: "postroom_log_lines_dropped_total")

    /// Starts the thread, which lives as long as the process.
    ///
    /// - Parameters:
    ///   - write: writes one whole line; may block.
    ///   - reportDropped: says that so many lines are missing where it is called; may block.
    /// - Returns: nil where the system has no thread to give.
    static func start(
        linesMax: Int = LogLines.linesMax, bytesMax: Int = LogLines.bytesMax,
        write: @escaping @Sendable ([UInt8]) -> Void, reportDropped: @escaping @Sendable (Int) -> Void
    ) -> LogLines? {
        let lines = LogLines(linesMax: linesMax, bytesMax: bytesMax, write: write, reportDropped: reportDropped)
        let retained = Unmanaged.passRetained(lines)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<LogLines>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, retained.toOpaque())
        guard code == 0 else {
            retained.release()
            return nil
        }
        pthread_detach(thread)
        return lines
    }

    private init(
        linesMax: Int, bytesMax: Int, write: @escaping @Sendable ([UInt8]) -> Void,
        reportDropped: @escaping @Sendable (Int) -> Void
    ) {
        pending = PendingQueue(itemsMax: linesMax, bytesMax: bytesMax)
        self.write = write
        self.reportDropped = reportDropped
    }

    /// Takes a line in, or drops it; returns at once.
    func add(_ line: [UInt8]) {
        openCount.add(1, ordering: .relaxed)
        guard !pending.add(Line(bytes: line)) else { return }
        openCount.subtract(1, ordering: .relaxed)
        droppedCount.add(1, ordering: .relaxed)
        dropped.increment()
    }

    /// Waits until all lines are written, and not longer than this.
    func flush(within limit: Duration) {
        let end = ContinuousClock.now + limit
        while openCount.load(ordering: .relaxed) > 0, ContinuousClock.now < end { usleep(1_000) }
    }

    private func run() {
        while true {
            guard case .batch(let lines) = pending.take(itemsMax: .max, timeout: .seconds(3_600)) else { continue }
            // Dropped while there was no room, so behind all of these.
            let missing = droppedCount.exchange(0, ordering: .relaxed)
            for line in lines { write(line.bytes) }
            if missing > 0 { reportDropped(missing) }
            openCount.subtract(lines.count, ordering: .relaxed)
        }
    }
}
