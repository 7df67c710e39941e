import PostgresClient
import Store

/// Finds out which webhooks of a rolled-back batch made it fail, so that they hold up no other: halves are tried until
/// a failing one is alone.
///
/// What Postgres refuses for its data is buried, but only where others pass, in the batch or since it was refused first:
/// where none does, the cause lies elsewhere (a setting, a newer schema), and burying would sweep whole queues into the
/// dead letters. Until then, and where it fails for another reason, such as a row somebody holds locked, it is left
/// waiting and passed over for a while.
struct BatchIsolation {
    /// The longest wait for a lock while searching, so that one held row does not cost its wait at every halving.
    static let lockWaitMilliseconds: Int32 = 50

    /// What was found.
    struct Findings {
        var passed = 0
        var refused: [(seq: Int64, cause: PostgresError)] = []
        var left: [Int64] = []
    }

    /// Runs these in one transaction of their own, and returns how many were settled.
    let attempt: ([Int64]) throws -> Int

    /// Whether the failure of a batch can be one row's doing, and not the connection's, the server's or a conflict's.
    static func isRowsDoing(_ error: PostgresError) -> Bool {
        if error.reason == .unexpectedResult { return true }
        guard let state = error.sqlState else { return false }
        return state.blamesData || state == .lockNotAvailable || state == .queryCanceled || state.codeClass == "XX"
    }

    func search(_ seqs: [Int64], cause: PostgresError) throws -> Findings {
        var findings = Findings()
        try search(seqs[...], cause: cause, &findings)
        return findings
    }

    private func search(_ seqs: ArraySlice<Int64>, cause: PostgresError, _ findings: inout Findings) throws {
        guard seqs.count > 1 else {
            guard let seq = seqs.first else { return }
            if cause.sqlState?.blamesData == true {
                findings.refused.append((seq, cause))
            } else {
                findings.left.append(seq)
            }
            return
        }
        let middle = seqs.startIndex + seqs.count / 2
        for half in [seqs[..<middle], seqs[middle...]] {
            do {
                findings.passed += try attempt(Array(half))
            } catch let error as PostgresError where Self.isRowsDoing(error) {
                try search(half, cause: error, &findings)
            }
        }
    }
}
