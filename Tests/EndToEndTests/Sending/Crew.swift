import Glibc
import TestSupport
import Testing

/// Processes of several kinds, each started anew whenever it ends, however it ends: a supervisor.
actor Crew {
    /// Starts one; returns without waiting for its readiness.
    typealias Start = @Sendable () async throws -> TestProcess

    private var running: [String: TestProcess] = [:]
    private var keepers: [Task<Void, any Error>] = []
    /// Members that were told to stop, by process id: a second SIGTERM would end them at once.
    private var told: Set<Int32> = []
    private var isStopping = false
    /// Names of the members, in the order in which they joined.
    private(set) var names: [String] = []
    /// How many were killed, by name.
    private(set) var kills: [String: Int] = [:]
    /// How members ended otherwise while they should have run.
    private(set) var otherEnds: [String] = []

    /// Starts a member and keeps it going.
    func add(_ name: String, _ start: @escaping Start) {
        names.append(name)
        keepers.append(Task { try await keep(name, start) })
    }

    /// SIGKILL to this member, unless it is just being started.
    func kill(_ name: String) { running[name]?.signal(SIGKILL) }

    /// Sends this member a signal, unless it is just being started.
    func signal(_ name: String, _ number: Int32) { running[name]?.signal(number) }

    /// Tells this member to stop, unless it was told already or is just being started.
    func restart(_ name: String) {
        guard let process = running[name], told.insert(process.pid).inserted else { return }
        process.signal(SIGTERM)
    }

    /// Drains all, in the reverse order of joining, and starts none anew.
    func expectDrained() async {
        isStopping = true
        for name in names.reversed() {
            guard let process = running[name] else { continue }
            restart(name)
            let end = (await process.exit(within: .seconds(40)))?.description ?? "still running"
            // One that was started just now may be in its first milliseconds, where a signal has its default action.
            #expect(
                end == "exit code 0" || end == "signal \(SIGTERM)" && process.lines.isEmpty, "\(end)\n\(process.log)")
            process.signal(SIGKILL)
        }
        for keeper in keepers { _ = try? await keeper.value }
    }

    private func keep(_ name: String, _ start: Start) async throws {
        while !isStopping {
            let process = try await start()
            running[name] = process
            // Too late to be told: nobody waits for it any more.
            if isStopping { process.signal(SIGKILL) }
            var end: String?
            while end == nil { end = (await process.exit(within: .seconds(60)))?.description }
            running[name] = nil
            told.remove(process.pid)
            if end == "signal \(SIGKILL)" {
                kills[name, default: 0] += 1
            } else if !isStopping {
                otherEnds.append("\(name): \(end ?? "")")
            }
        }
    }
}
