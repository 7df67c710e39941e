import Foundation
import Glibc
import Synchronization

/// The children of a run, on disk, so that the next run can end what an interrupted one left.
///
/// Normally there is nothing to end: children die with their parent. A line is `boot id, pid, start ticks, name`;
/// only a process for which the first three still hold is ours.
final class ProcessLedger: Sendable {
    private let path: String
    private let bootID: String
    private let children = Mutex<[ProcessStamp: String]>([:])

    init(path: String) {
        self.path = path
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        bootID = boot.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Records a child. A record that cannot be written costs only this second safety net, so it is not an error.
    func add(_ child: ChildProcess) {
        children.withLock {
            $0[child.identity] = child.name
            write($0)
        }
    }

    /// Strikes out a child that has ended.
    func remove(_ child: ChildProcess) {
        children.withLock {
            $0[child.identity] = nil
            write($0)
        }
    }

    /// Ends what the last run recorded and left running: SIGTERM, then SIGKILL past the grace.
    ///
    /// - Returns: the names of the processes ended.
    func endLeftovers(grace: Duration) async -> [String] {
        let leftovers = read().filter { $0.identity.isRunning }
        for leftover in leftovers { leftover.identity.signal(SIGTERM) }
        await waitForEnd(of: leftovers.map(\.identity), within: grace)
        for leftover in leftovers { leftover.identity.signal(SIGKILL) }
        await waitForEnd(of: leftovers.map(\.identity), within: .seconds(5))
        children.withLock { write($0) }
        return leftovers.map(\.name)
    }

    private func read() -> [(identity: ProcessStamp, name: String)] {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count == 4, fields[0] == bootID, let pid = Int32(fields[1]), pid > 1,
                let ticks = UInt64(fields[2])
            else { return nil }
            return (ProcessStamp(pid: pid, startTicks: ticks), String(fields[3]))
        }
    }

    private func write(_ children: [ProcessStamp: String]) {
        let lines = children.map { "\(bootID) \($0.key.pid) \($0.key.startTicks) \($0.value)\n" }.sorted()
        try? lines.joined().write(toFile: path, atomically: true, encoding: .utf8)
    }
}

/// Waits until none of these runs any more, at most this long. They are not our children, so we can only poll.
///
/// - Returns: those that still run.
@discardableResult
func waitForEnd(of processes: [ProcessStamp], within limit: Duration) async -> [ProcessStamp] {
    let deadline = ContinuousClock.now + limit
    var running = processes.filter(\.isRunning)
    while !running.isEmpty && ContinuousClock.now < deadline {
        do { try await Task.sleep(for: .milliseconds(20)) } catch { break }
        running = running.filter(\.isRunning)
    }
    return running
}
