import Store

/// What a migrator does, as it does it.
package enum MigrationEvent: Sendable, Equatable {
    /// Another migrator has the lock; this one waits for it.
    case waiting
    /// A try at the file was rolled back, and the next follows.
    case retrying(path: String, reason: String, nextTry: Int, triesMax: Int)
    /// The step was committed, that long after its lock was had.
    case done(MigrationStep, after: Duration)
}

extension MigrationEvent: CustomStringConvertible {
    /// The line that `postroom migrate` prints.
    package var description: String {
        switch self {
        case .waiting: "waiting  another postroom migrate is at work on this database"
        case .retrying(let path, let reason, let nextTry, let triesMax):
            "again    \(path): \(reason); try \(nextTry) of \(triesMax)"
        case .done(let step, let duration):
            "\(step.line(verbs: ("applied", "adopted"))) (\(duration.inMilliseconds))"
        }
    }
}

extension MigrationStep {
    /// The line of `postroom migrate --dry-run`.
    var planLine: String { line(verbs: ("apply", "adopt")) }

    fileprivate func line(verbs: (apply: String, adopt: String)) -> String {
        func padded(_ verb: String) -> String { verb + String(repeating: " ", count: max(9 - verb.count, 1)) }
        return switch self {
        case .apply, .applyRepeatable: "\(padded(verbs.apply))\(path)"
        case .adopt: "\(padded(verbs.adopt))\(path): psql had applied it, only its checksum is recorded"
        }
    }
}
