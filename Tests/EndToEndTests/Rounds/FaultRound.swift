import Foundation
import Glibc
import TestSupport

/// What can go wrong in a fault round.
enum RoundFault: Hashable, Sendable, CustomStringConvertible {
    /// The line between the processes and Postgres.
    case line(FaultProxy.Fault)
    /// SIGKILL of a process.
    case kill
    /// SIGSTOP of a process, and SIGCONT.
    case stop
    /// SIGTERM of a process, which is started again.
    case restart
    /// `pg_ctl stop -m immediate`, and a start.
    case crash
    /// SIGKILL of the PgBouncer that every other process goes through, and a start.
    case pooler

    static let all: [RoundFault] =
        FaultProxy.Fault.allCases.map { .line($0) } + [.kill, .stop, .restart, .crash, .pooler]

    var description: String {
        switch self {
        case .line(let fault): "line to Postgres: \(fault.rawValue)"
        case .kill: "process killed"
        case .stop: "process stopped, continued"
        case .restart: "process restarted"
        case .crash: "Postgres crashed, started"
        case .pooler: "PgBouncer killed, started"
        }
    }
}

/// Begins faults and ends them, several at once, all of it from a seed, and notes how long recovery took.
struct FaultRound {
    /// Faults at once at most.
    private static let atOnceMax = 3
    /// Of which a fault's length is drawn.
    private static let lengths = 300...3_000
    /// After which nothing recovers any more.
    private static let recoveryMax = Duration.seconds(90)

    /// Of one kind.
    struct Figures {
        var injected = 0
        /// The longest time from the end to the next answer 200.
        var toAnswer = Duration.zero
        /// The longest time from the end until all that waited then was settled.
        var toSettled = Duration.zero
    }

    let proxy: FaultProxy
    let crew: Crew
    let cluster: TestCluster
    let pooler: TestPooler
    /// Looks on past the proxy.
    let watch: Watch
    /// Answers 200 so far.
    let answered: () -> Int
    private(set) var figures: [RoundFault: Figures] = [:]
    private var random: SeededGenerator

    init(
        seed: UInt64, proxy: FaultProxy, crew: Crew, cluster: TestCluster, pooler: TestPooler, watch: Watch,
        answered: @escaping () -> Int
    ) {
        random = SeededGenerator(seed: seed)
        self.proxy = proxy
        self.crew = crew
        self.cluster = cluster
        self.pooler = pooler
        self.watch = watch
        self.answered = answered
    }

    /// One or several faults at once, their ends, and the recovery from them.
    mutating func step() async throws {
        var kinds = RoundFault.all.shuffled(using: &random)
        kinds = Array(kinds.prefix(Int.random(in: 1...Self.atOnceMax, using: &random)))
        // There is one line.
        let line = kinds.compactMap { if case .line(let fault) = $0 { fault } else { nil } }.first
        kinds.removeAll { if case .line(let fault) = $0 { fault != line } else { false } }
        let names = await crew.names.shuffled(using: &random)
        let length = Duration.milliseconds(Int.random(in: Self.lengths, using: &random))
        let story = kinds.map(\.description).joined(separator: " + ")

        for (place, kind) in kinds.enumerated() {
            switch kind {
            case .line(let fault): proxy.begin(fault)
            case .kill: await crew.kill(names[place])
            case .stop: await crew.signal(names[place], SIGSTOP)
            case .restart: await crew.restart(names[place])
            case .crash: try await cluster.crash()
            case .pooler: await pooler.kill()
            }
        }
        try await Task.sleep(for: length)
        for (place, kind) in kinds.enumerated() {
            switch kind {
            case .line: proxy.end()
            case .stop: await crew.signal(names[place], SIGCONT)
            case .crash: try await cluster.start()
            case .kill, .restart, .pooler: break
            }
        }
        // Waits until it lets somebody through, for which Postgres must be there.
        if kinds.contains(.pooler) { try await pooler.start(database: TestCluster.database) }

        let ended = ContinuousClock.now
        let before = answered()
        try await eventually(within: Self.recoveryMax, "answers again after \(story)") { answered() > before }
        let toAnswer = ended.duration(to: .now)
        var waiting: Int64?
        try await eventually(within: Self.recoveryMax, "Postgres answers after \(story)") {
            // The connection that a crash has broken is noticed once.
            waiting = (try? await watch.conservation())?.accepted
            return waiting != nil
        }
        try await eventually(within: Self.recoveryMax, "what waited is settled after \(story)") {
            let now = try await watch.conservation()
            return now.processed + now.dead >= waiting ?? 0
        }
        let toSettled = ended.duration(to: .now)
        for kind in kinds {
            var known = figures[kind] ?? Figures()
            known.injected += 1
            known.toAnswer = max(known.toAnswer, toAnswer)
            known.toSettled = max(known.toSettled, toSettled)
            figures[kind] = known
        }
    }

    /// The figures as a table of Markdown.
    var table: String {
        func text(_ time: Duration) -> String {
            String(format: "%.1f s", Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18)
        }
        let rows = RoundFault.all.compactMap { kind in
            figures[kind].map {
                "| \(kind) | \($0.injected) | \(text($0.toAnswer)) | \(text($0.toSettled)) |"
            }
        }
        return
            (["| fault | injected | longest until the next 200 | longest until settled |", "|---|---|---|---|"] + rows)
            .joined(separator: "\n")
    }
}
