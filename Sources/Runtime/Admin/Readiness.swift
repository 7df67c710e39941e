import Synchronization

/// Whether this process wants work: every named check passes and it is not draining.
///
/// A check fails until it is first set. Draining is for good.
package final class Readiness: Sendable {
    private struct State: Sendable {
        var isDraining = false
        var checks: [(name: String, passes: Bool)] = []
        var remarks: [(text: String, isShown: Bool)] = []
    }

    private let state = Mutex(State())

    /// Makes a readiness without checks, which is ready.
    package init() {}

    /// Adds a check, which fails until it is set.
    ///
    /// - Parameter name: A constant word such as `database`; `/readyz` shows it to anybody who asks.
    package func addCheck(_ name: String) -> Check {
        state.withLock { state in
            state.checks.append((name, false))
            return Check(readiness: self, index: state.checks.count - 1)
        }
    }

    /// Adds a remark about something that is amiss but does not keep the process from its work; it is not shown until
    /// it is set.
    ///
    /// - Parameter text: A constant clause such as `a spare is missing`; `/readyz` shows it to anybody who asks.
    package func addRemark(_ text: String) -> Remark {
        state.withLock { state in
            state.remarks.append((text, false))
            return Remark(readiness: self, index: state.remarks.count - 1)
        }
    }

    /// What is amiss but does not matter to those who send work, in the order in which it was added.
    package var remarks: [String] {
        state.withLock { $0.remarks.filter(\.isShown).map(\.text) }
    }

    /// Makes this process unready for good. Called by ``runServices(_:readiness:grace:drainDelay:logger:)``.
    func beginDrain() {
        state.withLock { $0.isDraining = true }
    }

    /// Whether draining has begun.
    package var isDraining: Bool { state.withLock { $0.isDraining } }

    /// Whether this process wants work.
    package var isReady: Bool { obstacles.isEmpty }

    /// Why it does not: `draining`, then the names of failing checks in the order they were added; none if it does.
    package var obstacles: [String] {
        state.withLock { state in
            (state.isDraining ? ["draining"] : []) + state.checks.filter { !$0.passes }.map(\.name)
        }
    }

    /// Something that may be amiss; its owner sets it.
    package struct Remark: Sendable {
        fileprivate let readiness: Readiness
        fileprivate let index: Int

        /// Records whether it is.
        package func set(_ isShown: Bool) {
            readiness.state.withLock { $0.remarks[index].isShown = isShown }
        }
    }

    /// One named condition; its owner sets it.
    package struct Check: Sendable {
        fileprivate let readiness: Readiness
        fileprivate let index: Int

        /// Records whether the condition holds.
        package func set(_ passes: Bool) {
            readiness.state.withLock { $0.checks[index].passes = passes }
        }
    }
}
