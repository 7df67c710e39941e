import ArgumentParser

/// How many rows a list may have.
struct RowLimit: ParsableArguments {
    /// The most rows that a list may have.
    static let limitMax: Int32 = 100_000

    @Option(help: "How many at most, 1...100000.")
    var limit: Int32 = 1_000

    func validate() throws {
        guard (1...Self.limitMax).contains(limit) else {
            throw ValidationError("--limit must be 1...\(Self.limitMax).")
        }
    }

    /// Says where the list may go on.
    func printRest(after count: Int) {
        if count == Int(limit) { Terminal.print("There may be more: --limit.") }
    }
}
