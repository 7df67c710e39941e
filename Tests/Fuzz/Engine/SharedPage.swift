import Glibc

/// A file that child and parent have mapped: what the child is doing, readable after its death.
///
/// The kernel keeps what was written, whatever kills the child.
final class SharedPage {
    /// The longest input, in bytes.
    static let inputBytesMax = 2 << 20
    private static let messageBytesMax = 200

    private enum Offset {
        static let executions = 0
        static let inputCount = 8
        static let residentAtWarmUp = 16
        static let resident = 24
        static let features = 32
        static let messageCount = 40
        static let isDone = 48
        static let message = 64
        static let input = 4_096
    }

    struct Failure: Error {
        let call: String
        let number: Int32
    }

    private let base: UnsafeMutableRawPointer

    /// Maps the file, which is made where there is none.
    init(path: String) throws {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure(call: "open", number: errno) }
        defer { close(file) }
        let length = Offset.input + Self.inputBytesMax
        guard ftruncate(file, length) == 0 else { throw Failure(call: "ftruncate", number: errno) }
        guard let base = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), base != MAP_FAILED else {
            throw Failure(call: "mmap", number: errno)
        }
        self.base = base
    }

    deinit { munmap(base, Offset.input + Self.inputBytesMax) }

    private func number(_ offset: Int) -> UInt64 { base.load(fromByteOffset: offset, as: UInt64.self) }
    private func set(_ offset: Int, _ value: UInt64) {
        base.storeBytes(of: value, toByteOffset: offset, as: UInt64.self)
    }

    /// Executions begun.
    var executions: UInt64 { number(Offset.executions) }
    /// Kilobytes of the child's memory after its first part, 0 before.
    var residentAtWarmUp: UInt64 {
        get { number(Offset.residentAtWarmUp) }
        set { set(Offset.residentAtWarmUp, newValue) }
    }
    /// The same, latest.
    var resident: UInt64 {
        get { number(Offset.resident) }
        set { set(Offset.resident, newValue) }
    }
    /// How many different outcomes there were.
    var features: UInt64 {
        get { number(Offset.features) }
        set { set(Offset.features, newValue) }
    }
    /// Whether the child came to its end.
    var isDone: Bool {
        get { number(Offset.isDone) == 1 }
        set { set(Offset.isDone, newValue ? 1 : 0) }
    }

    /// The input of the execution that began last.
    var input: [UInt8] {
        [UInt8](UnsafeRawBufferPointer(start: base + Offset.input, count: Int(number(Offset.inputCount))))
    }

    /// The law that was broken; empty where none was.
    var message: String {
        String(
            decoding: UnsafeRawBufferPointer(start: base + Offset.message, count: Int(number(Offset.messageCount))),
            as: UTF8.self)
    }

    /// Writes the input down before it is run.
    func begin(_ input: [UInt8]) {
        set(Offset.inputCount, UInt64(input.count))
        input.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            memcpy(base + Offset.input, start, bytes.count)
        }
        set(Offset.executions, executions + 1)
    }

    /// Notes the law that the input under way has broken.
    func fail(_ message: String) {
        let bytes = Array(message.utf8.prefix(Self.messageBytesMax))
        for (index, byte) in bytes.enumerated() {
            base.storeBytes(of: byte, toByteOffset: Offset.message + index, as: UInt8.self)
        }
        set(Offset.messageCount, UInt64(bytes.count))
    }
}
