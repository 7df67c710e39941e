import Foundation
import TestSupport

/// A wall clock that a test sets, for the processes it is given to (Tests/SteppedClock).
struct SteppedClock: Sendable {
    private let file: String

    /// A clock that goes right as yet.
    init(_ folder: String) throws {
        file = "\(folder)/clock-\(UInt32.random(in: 0...UInt32.max))"
        try Data(count: MemoryLayout<Int64>.size).write(to: URL(fileURLWithPath: file))
    }

    /// For a process that is to live by this clock.
    var environment: [String: String] {
        ["LD_PRELOAD": "\(TestEnvironment.binaries)/libSteppedClock.so", "POSTROOM_TEST_CLOCK": file]
    }

    /// From now on it is so many seconds ahead of the true time, or behind.
    func step(seconds: Int) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        try handle.write(contentsOf: withUnsafeBytes(of: Int64(seconds)) { Data($0) })
        try handle.close()
    }
}
