import Foundation
import Glibc

/// A process that cannot be mistaken for another one: its id, and when the kernel started it.
///
/// Ids are reused; the pair is not, within one boot. Source: proc_pid_stat(5), field 22.
struct ProcessStamp: Hashable, Sendable {
    /// The process id.
    let pid: Int32
    /// Start time in clock ticks since boot.
    let startTicks: UInt64

    /// Looks the process up; nil where no process has this id, or a dead one waits to be reaped.
    init?(pid: Int32) {
        guard pid > 0, let stat = FileManager.default.contents(atPath: "/proc/\(pid)/stat"),
            let identity = Self.parse(stat: String(decoding: stat, as: UTF8.self), pid: pid)
        else { return nil }
        self = identity
    }

    init(pid: Int32, startTicks: UInt64) {
        self.pid = pid
        self.startTicks = startTicks
    }

    /// The fields after the command's name, which may itself hold spaces and parentheses.
    static func parse(stat: String, pid: Int32) -> ProcessStamp? {
        guard let nameEnd = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: nameEnd)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X", let ticks = UInt64(fields[19]) else { return nil }
        return ProcessStamp(pid: pid, startTicks: ticks)
    }

    /// Whether this very process still runs.
    var isRunning: Bool { ProcessStamp(pid: pid) == self }

    /// Signals this very process; does nothing where it has ended.
    ///
    /// - Returns: whether the signal was sent.
    @discardableResult
    func signal(_ number: Int32) -> Bool {
        isRunning && Glibc.kill(pid, number) == 0
    }

    /// Every process of the program called `program` whose working directory is `folder`, of those this user may see.
    ///
    /// All processes of a Postgres server stand in its data folder.
    /// - Complexity: one readlink for each process of the machine.
    static func running(_ program: String, in folder: String) -> [ProcessStamp] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { name in
            guard let pid = Int32(name), link("/proc/\(pid)/cwd") == folder,
                // An upgrade of the package while it runs leaves "postgres (deleted)".
                let file = link("/proc/\(pid)/exe")?.split(separator: "/").last?.split(separator: " ").first,
                file == program
            else { return nil }
            return ProcessStamp(pid: pid)
        }
    }

    private static func link(_ path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    }
}
