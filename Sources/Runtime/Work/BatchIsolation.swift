import PostgresClient

/// Finds the rows that made a rolled-back batch fail, so that they hold up no others: halves are tried until a failing
/// row is alone.
///
/// It tells what Postgres refuses for its data from what fails for another reason, such as a row that somebody holds
/// locked; the caller decides what becomes of either.
package struct BatchIsolation<Key: Sendable> {
    /// What was found.
    package struct Findings {
        /// How many were settled.
        package var passed = 0
        /// Those that Postgres refuses for their data.
        package var refused: [(key: Key, cause: PostgresError)] = []
        /// Those that failed for another reason.
        package var left: [Key] = []
        /// Those that the search did not come to before it was over.
        package var unsearched: [Key] = []

        /// Nothing yet.
        package init() {}
    }

    /// Runs these in one transaction of their own, and returns how many were settled.
    let attempt: ([Key]) throws -> Int
    /// Whether no further part is to be tried.
    let isOver: () -> Bool

    /// A search that tries parts of the batch like this.
    ///
    /// - Parameter isOver: asked before each try: every row may fail, each after its wait, while others wait for the search.
    ///   Never by default: for where `attempt` ends it, by a failure.
    package init(isOver: @escaping () -> Bool = { false }, attempt: @escaping ([Key]) throws -> Int) {
        self.isOver = isOver
        self.attempt = attempt
    }

    /// Searches a batch that failed; what was found so far stands even where the search is ended by a failure that no
    /// row caused.
    package func search(_ keys: [Key], cause: PostgresError, into findings: inout Findings) throws {
        try search(keys[...], cause: cause, &findings)
    }

    private func search(_ keys: ArraySlice<Key>, cause: PostgresError, _ findings: inout Findings) throws {
        guard keys.count > 1 else {
            guard let key = keys.first else { return }
            if cause.sqlState?.blamesData == true {
                findings.refused.append((key, cause))
            } else {
                findings.left.append(key)
            }
            return
        }
        let middle = keys.startIndex + keys.count / 2
        for half in [keys[..<middle], keys[middle...]] {
            guard !isOver() else {
                findings.unsearched += half
                continue
            }
            do {
                findings.passed += try attempt(Array(half))
            } catch let error as PostgresError where error.isRowsDoing {
                try search(half, cause: error, &findings)
            }
        }
    }
}

/// What searches have in common, whatever they search.
package enum BatchSearch {
    /// The longest wait for a lock while searching, so that one held row does not cost its wait at every halving.
    package static let lockWait = Duration.milliseconds(50)
    /// The same for the n-th try of a search, n from 1: shorter and shorter, as where many rows are held it is by somebody
    /// who does not let go soon. A thousand tries wait some 2.7 s in all.
    package static func lockWait(try number: Int) -> Duration {
        max(.milliseconds(1), lockWait / (1 + number / 10))
    }
    /// How long a search may take where others wait for it.
    package static let timeMax = Duration.seconds(5)
}

extension PostgresError {
    /// Whether one row can have caused the failure of a batch, and not the connection, the server or a conflict.
    package var isRowsDoing: Bool {
        if reason == .unexpectedResult { return true }
        guard let state = sqlState else { return false }
        return state.blamesData || state == .lockNotAvailable || state == .queryCanceled || state.codeClass == "XX"
    }
}
