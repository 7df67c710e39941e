import Store

/// What was done, as the middle of a sentence: `3 applied, 1 adopted`.
func summary(of steps: [MigrationStep]) -> String {
    var applied = 0
    var adopted = 0
    for step in steps {
        switch step {
        case .apply, .applyRepeatable: applied += 1
        case .adopt: adopted += 1
        }
    }
    return adopted == 0 ? "\(applied) applied" : "\(applied) applied, \(adopted) adopted"
}

extension Duration {
    /// Whole milliseconds and the unit.
    var inMilliseconds: String {
        let (seconds, attoseconds) = components
        return "\(seconds * 1_000 + attoseconds / 1_000_000_000_000_000) ms"
    }
}
