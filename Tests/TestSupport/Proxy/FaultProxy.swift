import Foundation
import Glibc
import Synchronization

/// A ``Proxy`` whose line to Postgres goes wrong in one way or another, and is mended again.
package final class FaultProxy: Sendable {
    /// How it goes wrong.
    package enum Fault: String, CaseIterable, Sendable {
        /// Connections are reset (RST), those there are and those that come, at any byte.
        case reset
        /// Nobody is let in, and who was in is out.
        case refuse
        /// Every piece takes a while.
        case delay
        /// The server commits, and its answer never arrives: the connection is reset instead.
        case cutCommit = "answer to commit cut"
        /// Connections swallow everything, in both directions, and neither end is told; for good.
        case blackHole = "black hole"
    }

    /// How long a piece takes while they take a while.
    private static let delay: UInt32 = 100_000
    /// Of so many pieces one resets its connection.
    private static let piecesPerReset: UInt64 = 8
    /// Of so many statements outside a transaction one loses its answer: most only read, and whoever could not would never
    /// come to a commit.
    private static let statementsPerCut: UInt64 = 3

    private struct State {
        var fault: Fault?
        var random: SeededGenerator
        var felt: [Fault: Int] = [:]
        var commitsCut: [CommitWatch.Commit: Int] = [:]
    }

    /// The rules see the state; the proxy is made with them.
    private final class Line: Sendable {
        let state: Mutex<State>
        init(seed: UInt64) { state = Mutex(State(random: SeededGenerator(seed: seed))) }
    }

    private let line: Line
    private let proxy: Proxy

    /// Starts one, sound.
    ///
    /// - Parameters:
    ///   - server: see ``Proxy/init(to:rules:)``.
    ///   - seed: of what is left to chance.
    package init(to server: String, seed: UInt64 = 1) throws {
        let line = Line(seed: seed)
        self.line = line
        proxy = try Proxy(to: server) { Self.rules(line) }
    }

    /// Begins a fault, and ends the one there was.
    package func begin(_ fault: Fault) {
        end()
        line.state.withLock { $0.fault = fault }
        if fault == .refuse { proxy.refuse(true) }
        if fault == .reset || fault == .refuse {
            line.state.withLock { $0.felt[fault, default: 0] += 1 }
            proxy.resetAll()
        }
    }

    /// Mends the line. What is swallowed stays so.
    package func end() {
        line.state.withLock { $0.fault = nil }
        proxy.refuse(false)
    }

    /// How often a fault hit anybody.
    package func felt(_ fault: Fault) -> Int { line.state.withLock { $0.felt[fault, default: 0] } }

    /// How many transactions, those whose COMMIT came with other statements, and statements outside of one were committed
    /// without an answer.
    package var commitsCut: (transactions: Int, flights: Int, statements: Int) {
        line.state.withLock { state in
            (
                state.commitsCut[.transaction, default: 0], state.commitsCut[.flight, default: 0],
                state.commitsCut[.statement, default: 0]
            )
        }
    }

    /// Where a role connects to a database through it.
    package func url(database: String, user: String) -> String { proxy.url(database: database, user: user) }

    /// Ends it with every connection.
    package func close() { proxy.close() }

    private static func rules(_ line: Line) -> Proxy.Rules {
        let watch = Mutex(CommitWatchState())
        return Proxy.Rules(
            fromClient: { bytes in
                watch.withLock { $0.watch.fromClient(bytes) }
                return act(line, bytes) ?? .pass(bytes)
            },
            fromServer: { bytes in
                if let action = act(line, bytes) { return action }
                let isCutting = line.state.withLock { $0.fault == .cutCommit }
                return watch.withLock { state in
                    // Decided when the first byte of the answer is here, so that none of it has gone through.
                    if isCutting, !state.isDecided, let commit = state.watch.underWay {
                        state.isDecided = true
                        state.isHolding =
                            commit != .statement
                            || line.state.withLock { $0.random.next() } % Self.statementsPerCut == 0
                    }
                    let answered = state.watch.fromServer(bytes)
                    if answered != nil { state.isDecided = false }
                    guard state.isHolding else { return .pass(bytes) }
                    state.held += bytes
                    guard let answered else { return .pass([]) }
                    state.isHolding = false
                    let held = state.held
                    state.held = []
                    // What was not committed is answered as it is.
                    if state.watch.hasFailed { return .pass(held) }
                    line.state.withLock {
                        $0.felt[.cutCommit, default: 0] += 1
                        $0.commitsCut[answered, default: 0] += 1
                    }
                    return .reset
                }
            })
    }

    private struct CommitWatchState {
        var watch = CommitWatch()
        var isDecided = false
        var isHolding = false
        var held: [UInt8] = []
    }

    /// What becomes of a piece for a fault that knows no protocol; nil where it goes on.
    private static func act(_ line: Line, _ bytes: [UInt8]) -> Proxy.Action? {
        let action: Proxy.Action? = line.state.withLock { state in
            switch state.fault {
            case .reset where state.random.next() % piecesPerReset == 0:
                state.felt[.reset, default: 0] += 1
                return .reset
            case .blackHole:
                state.felt[.blackHole, default: 0] += 1
                return .vanish
            case .delay:
                state.felt[.delay, default: 0] += 1
                return .pass(bytes)
            default: return nil
            }
        }
        guard case .pass = action else { return action }
        usleep(delay)
        // Delayed, not decided: the rest of the rule goes on.
        return nil
    }
}
