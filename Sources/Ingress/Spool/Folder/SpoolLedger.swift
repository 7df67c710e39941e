import Domain
import Synchronization

/// Which segments there are and what is in them: where the thread that writes and the thread that drains meet.
///
/// Its lock is never held while waiting for a disk or a database.
final class SpoolLedger: Sendable {
    /// One segment.
    struct Segment: Sendable {
        let number: Int
        /// Bytes that are durable, and may be read.
        var bytes = 0
        /// Webhooks in it that are not drained.
        var webhooks = 0
        /// When the oldest of those came in, or a little earlier, in milliseconds; nil where that is not known.
        var oldestMilliseconds: Int64?
        /// Whether nothing will be added any more.
        var isSealed: Bool
        /// Whether all of it is drained, so that sealing it removes it.
        var isSealWanted = false
    }

    private struct State: Sendable {
        var segments: [Segment] = []
        var status = SpoolStatus()
        var lastNumber = 0
    }

    private let state: Mutex<State>
    private let bytesMax: Int

    /// Begins with what the folder holds.
    init(_ files: [SpoolFolder.File], bytesMax: Int) {
        self.bytesMax = bytesMax
        var begin = State()
        for file in files {
            switch file.kind {
            case .segment(let number):
                begin.segments.append(Segment(number: number, bytes: file.bytes, isSealed: true))
                begin.lastNumber = max(begin.lastNumber, number)
                continue
            // Its number is not used again: the next that is damaged would take its name.
            case .damaged(let number): begin.lastNumber = max(begin.lastNumber, number)
            case .refused: break
            }
            begin.status.filesAside += 1
            begin.status.bytesAside += file.bytes
        }
        state = Mutex(begin)
    }

    // MARK: - The writer's side

    /// Bytes that may still be written.
    var room: Int {
        state.withLock { state in
            bytesMax - state.status.bytesAside - state.segments.reduce(0) { $0 + $1.bytes }
        }
    }

    /// The number of a new segment.
    func begin() -> Int {
        state.withLock { state in
            state.lastNumber += 1
            state.segments.append(Segment(number: state.lastNumber, isSealed: false))
            return state.lastNumber
        }
    }

    /// This much more of the newest segment is durable.
    func add(bytes: Int, webhooks: Int, oldestMilliseconds: Int64) {
        state.withLock { state in
            guard let last = state.segments.indices.last else { return }
            state.segments[last].bytes += bytes
            if state.segments[last].webhooks == 0 { state.segments[last].oldestMilliseconds = oldestMilliseconds }
            state.segments[last].webhooks += webhooks
            state.segments[last].isSealWanted = false
            state.status.spooled += webhooks
        }
    }

    /// Nothing more comes to the newest segment; one that holds nothing is forgotten.
    func seal() {
        state.withLock { state in
            guard let last = state.segments.indices.last else { return }
            state.segments[last].isSealed = true
            if state.segments[last].bytes == 0 { state.segments.removeLast() }
        }
    }

    /// Whether the drain is through with what the newest segment holds.
    var isSealWanted: Bool { state.withLock { $0.segments.last?.isSealWanted ?? false } }

    // MARK: - The drain's side

    /// Whether nothing is left to drain.
    var isEmpty: Bool { state.withLock { $0.segments.isEmpty } }

    /// The first segment after a number, if there is one with something in it.
    func segment(behind number: Int) -> Segment? {
        state.withLock { state in state.segments.first { $0.number > number && $0.bytes > 0 } }
    }

    /// A segment as it is now.
    func segment(_ number: Int) -> Segment? {
        state.withLock { state in state.segments.first { $0.number == number } }
    }

    /// Segments that were there at the start, whose webhooks nobody has counted yet.
    var uncounted: [Segment] {
        state.withLock { state in state.segments.filter { $0.isSealed && $0.oldestMilliseconds == nil } }
    }

    /// What was counted in one of those.
    func count(_ number: Int, webhooks: Int, oldestMilliseconds: Int64) {
        change(number) { segment in
            segment.webhooks = webhooks
            segment.oldestMilliseconds = oldestMilliseconds
        }
    }

    /// This many webhooks of a segment are in Postgres; the last of them came in at that time.
    func drained(_ number: Int, webhooks: Int, lastMilliseconds: Int64) {
        state.withLock { $0.status.drained += webhooks }
        change(number) { segment in
            segment.webhooks = max(0, segment.webhooks - webhooks)
            segment.oldestMilliseconds = lastMilliseconds
        }
    }

    /// The writer may seal this, unless more has come to it since.
    func wantSeal(_ number: Int, drainedBytes: Int) {
        change(number) { $0.isSealWanted = !$0.isSealed && $0.bytes == drainedBytes }
    }

    /// It is deleted, or was set aside with this many bytes.
    func remove(_ number: Int, bytesAside: Int = 0) {
        state.withLock { state in
            state.segments.removeAll { $0.number == number }
            if bytesAside > 0 {
                state.status.filesAside += 1
                state.status.bytesAside += bytesAside
            }
        }
    }

    /// Its file is not there: of nobody who looks at the files aside is that to go unseen.
    func missing(_ number: Int) {
        state.withLock { state in
            state.segments.removeAll { $0.number == number }
            state.status.filesAside += 1
        }
    }

    /// A webhook was set aside by itself.
    func add(bytesAside: Int) {
        state.withLock { state in
            state.status.filesAside += 1
            state.status.bytesAside += bytesAside
        }
    }

    /// One that was set aside is stored after all, and gone.
    func removeAside(bytes: Int) {
        state.withLock { state in
            state.status.filesAside -= 1
            state.status.bytesAside -= bytes
        }
    }

    private func change(_ number: Int, _ body: (inout Segment) -> Void) {
        state.withLock { state in
            guard let index = state.segments.firstIndex(where: { $0.number == number }) else { return }
            body(&state.segments[index])
        }
    }

    /// All of it in figures.
    var status: SpoolStatus {
        state.withLock { state in
            var status = state.status
            status.bytes = state.segments.reduce(0) { $0 + $1.bytes }
            status.webhooks = state.segments.reduce(0) { $0 + $1.webhooks }
            status.oldest = state.segments.lazy.filter { $0.webhooks > 0 }.compactMap(\.oldestMilliseconds).min()
                .map { Timestamp(microseconds: $0 * 1_000) }
            return status
        }
    }
}
