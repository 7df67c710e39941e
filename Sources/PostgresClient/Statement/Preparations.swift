/// What a connection knows of the statements that it has prepared.
struct Preparations {
    /// By the statements' types.
    var uses: [ObjectIdentifier: PreparedUse] = [:]
    /// Whether statements are prepared at all; not any more behind a pooler that loses them.
    private(set) var arePossible = true
    /// How often prepared statements turned out to be unusable; what failed with them is then run anew.
    private(set) var losses = 0

    /// Whether an error says that a prepared statement cannot be used any more; what failed with it may then be run
    /// anew.
    ///
    /// Behind a pooler that knows no prepared statements, this server connection may lack our statement, or have it
    /// already: from now on this connection does without. If the result has another type than when it was prepared
    /// (0A000), the same may hold for others: all are prepared anew, each at its next use.
    mutating func heedLoss(_ error: PostgresError) -> Bool {
        switch error.sqlState {
        case .invalidStatementName, .duplicatePreparedStatement: arePossible = false
        case .featureNotSupported: uses = [:]
        default: return false
        }
        losses += 1
        return true
    }
}
