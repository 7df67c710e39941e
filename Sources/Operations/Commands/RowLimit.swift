import ArgumentParser

/// How many rows a list may have.
struct RowLimit: ParsableArguments {
    /// The most rows that a list may have.
    static let limitMax: Int32 = 100_000

    @Option(help: "How many at most, 1...100000.")
    var limit: Int32 = 1_000

    func validate() throws { try Self.validate(limit) }

    /// Says where the list may go on.
    func printRest(after count: Int) { Self.printRest(after: count, limit: limit) }

    /// Refuses a limit that no list may have; for a list with a default of its own.
    static func validate(_ limit: Int32) throws {
        guard (1...limitMax).contains(limit) else { throw ValidationError("--limit must be 1...\(limitMax).") }
    }

    /// The same for a list with a default of its own.
    static func printRest(after count: Int, limit: Int32) {
        if count == Int(limit) { Terminal.print("There may be more: --limit.") }
    }
}
