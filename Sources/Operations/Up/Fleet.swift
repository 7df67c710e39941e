import Foundation

/// The server processes of `postroom up`: started, waited for, watched, drained in reverse order.
actor Fleet {
    /// How long a process may take to become ready.
    static let readyTimeout = Duration.seconds(30)
    /// How long it may take to drain before it is killed.
    static let drainGrace = Duration.seconds(25)

    private struct Member {
        let child: ChildProcess
        let log: LogFile
    }

    private let folder: DataFolder
    private let binFolder: String
    private var members: [Member] = []

    init(folder: DataFolder, binFolder: String) {
        self.folder = folder
        self.binFolder = binFolder
    }

    /// Starts an executable that stands beside this one, and returns once `/readyz` on its admin port says so, or
    /// whatever path answers 200 when it is ready.
    func start(
        _ executable: String, arguments: [String] = [], environment: [String: String], adminPort: UInt16,
        readyPath: String = "/readyz"
    ) async throws {
        let name = ([executable] + arguments.prefix(1)).joined(separator: "-")
        let log = folder.log(name)
        let child = try ChildProcess.start(
            Launch(
                name: name, executable: "\(binFolder)/\(executable)", arguments: arguments, environment: environment,
                parentDeathSignal: .terminate)
        ) { log.append($0) }
        folder.ledger.add(child)
        members.append(Member(child: child, log: log))
        let request = RawHTTP.request("GET", Array(readyPath.utf8))
        let deadline = ContinuousClock.now + Self.readyTimeout
        while true {
            if await offPool({ RawHTTP.send(request, port: adminPort, seconds: 1) })?.status == 200 { return }
            try Task.checkCancellation()
            if await child.exit(within: .milliseconds(50)) != nil {
                throw CommandFailure("\(name) ended while starting: \(log.tail.suffix(3).joined(separator: " "))")
            }
            guard ContinuousClock.now < deadline else {
                throw CommandFailure("\(name) did not become ready within 30 s; its log is in \(folder.logs).")
            }
        }
    }

    /// Waits until any of them ends by itself, which none of them should.
    func firstEnd() async -> String {
        let running = members.map(\.child)
        return await withTaskGroup(of: String?.self) { group in
            for child in running {
                group.addTask { await child.exit(within: nil) == nil ? nil : child.name }
            }
            defer { group.cancelAll() }
            for await name in group {
                if let name { return name }
            }
            return ""
        }
    }

    /// The most memory that one of them has had resident, in MB.
    func residentMegabytesMax() -> Double {
        members.map { Operations.residentMegabytesMax(pid: $0.child.pid) }.max() ?? 0
    }

    /// Drains all, the last started first.
    func stop() async {
        for member in members.reversed() {
            await member.child.terminate(grace: Self.drainGrace)
            folder.ledger.remove(member.child)
        }
        members = []
    }
}

/// Runs a blocking call on a thread that may wait.
func offPool<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: body()) }
    }
}
