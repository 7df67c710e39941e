import Glibc

/// A small memory-mapped file in which each worker of a process notes the queue number of the webhook it is parsing.
///
/// The kernel keeps the page when the process dies, however it dies, so the next process finds what was being parsed. A
/// rolled-back transaction could leave no such trace. The file's lock tells a dead owner from a living one. `@unchecked
/// Sendable`: each worker writes its own place only.
final class BreadcrumbFile: @unchecked Sendable {
    /// Workers of one process at most; the bound of POSTROOM_WORKERS.
    static let places = 64
    private static let size = places * MemoryLayout<Int64>.stride

    private let descriptor: Int32
    private let cells: UnsafeMutablePointer<Int64>
    fileprivate let gate = ParsingGate()

    /// Opens or makes the file and locks it.
    /// - Returns: nil where a living process holds it.
    /// - Throws: ``BreadcrumbFailure`` where the file cannot be made, locked or mapped.
    init?(path: String) throws(BreadcrumbFailure) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw BreadcrumbFailure(path: path, errno: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            if code == EWOULDBLOCK { return nil }
            throw BreadcrumbFailure(path: path, errno: code)
        }
        // Its blocks are taken now: on a full disk the first note would find none, which is SIGBUS.
        let allocated = posix_fallocate(descriptor, 0, off_t(Self.size))
        guard allocated == 0, ftruncate(descriptor, off_t(Self.size)) == 0,
            let memory = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
        else {
            let code = allocated == 0 ? errno : allocated
            close(descriptor)
            throw BreadcrumbFailure(path: path, errno: code)
        }
        self.descriptor = descriptor
        cells = memory.bindMemory(to: Int64.self, capacity: Self.places)
    }

    deinit {
        munmap(cells, Self.size)
        // Closing alone would leave the lock with a child that has been forked and has not started its program yet.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// A webhook that was being parsed when the last owner died.
    struct Leftover: Hashable, Sendable {
        /// Its queue number, above 0.
        var seq: Int64
        /// Whether nothing else was being parsed.
        var wasAlone: Bool

        /// In a cell: negative where it was alone.
        init?(cell: Int64) {
            guard cell != 0 else { return nil }
            // A damaged file may hold anything, and `abs` traps on the least integer.
            seq = Int64(clamping: cell.magnitude)
            wasAlone = cell < 0
        }

        var cell: Int64 { wasAlone ? -seq : seq }
    }

    /// What was being parsed when the last owner died.
    var leftovers: [Leftover] { (0..<Self.places).compactMap { Leftover(cell: cells[$0]) } }

    /// Forgets the leftovers.
    func clear() {
        for place in 0..<Self.places { cells[place] = 0 }
    }

    /// Takes leftovers back after ``clear()``.
    func restore(_ leftovers: [Leftover]) {
        for (place, leftover) in leftovers.prefix(Self.places).enumerated() { cells[place] = leftover.cell }
    }

    /// A worker's own place.
    func trail(_ place: Int) -> BreadcrumbTrail {
        BreadcrumbTrail(file: self, cell: cells + min(max(place, 0), Self.places - 1))
    }
}

/// One worker's place in the file of its process. `@unchecked Sendable`: only that worker writes it.
struct BreadcrumbTrail: @unchecked Sendable {
    private let file: BreadcrumbFile
    private let cell: UnsafeMutablePointer<Int64>

    init(file: BreadcrumbFile, cell: UnsafeMutablePointer<Int64>) {
        self.file = file
        self.cell = cell
    }

    /// Runs a body that parses; with `alone`, while no other worker of the process parses. See ``ParsingGate``.
    func batch<Value>(alone: Bool, _ body: () -> Value) -> Value { file.gate.pass(alone: alone, body) }

    /// Runs the body with the trace in place: a store before it and one after it, no system call.
    @inline(never)
    func parsing<Value>(_ seq: Int64, alone: Bool, _ body: () -> Value) -> Value {
        cell.pointee = alone ? -seq : seq
        defer { cell.pointee = 0 }
        return body()
    }
}

/// The state folder could not be used.
struct BreadcrumbFailure: Error, CustomStringConvertible {
    let path: String
    let errno: Int32

    /// A sentence for the operator.
    var description: String {
        "the state folder cannot be used: \(path): \(String(cString: strerror(errno))); set POSTROOM_STATE_DIR to a "
            + "folder on local disk that this process may write"
    }
}
