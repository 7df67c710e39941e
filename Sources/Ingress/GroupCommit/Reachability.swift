import Runtime
import Synchronization

/// Whether Postgres took the last batch, for the HTTP side and for readiness.
final class Reachability: Sendable {
    private let flag = Atomic(false)
    private let check: Readiness.Check?

    init(_ check: Readiness.Check?) { self.check = check }

    func set(_ value: Bool) {
        flag.store(value, ordering: .relaxed)
        check?.set(value)
    }

    var value: Bool { flag.load(ordering: .relaxed) }
}
