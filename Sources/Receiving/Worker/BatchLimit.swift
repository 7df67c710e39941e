/// How many webhooks one worker claims at a time: as many as are asked for, and fewer for as long as so many are too much
/// for a transaction. Pure.
///
/// Without it a batch that takes too long once would be claimed again as it is, for ever.
struct BatchLimit: Sendable, Equatable {
    /// It doubles after full batches that take no more than this part of the time that they may: twice as many can be
    /// expected to be done in time then, too.
    static let lightTimePart = 4

    /// As many as are asked for.
    let most: Int32
    /// How long a transaction may take.
    let timeMax: Duration
    /// What the next claim may bring.
    private(set) var current: Int32

    /// Begins with as many as are asked for.
    init(most: Int32, timeMax: Duration) {
        self.most = most
        self.timeMax = timeMax
        current = most
    }

    /// A batch was committed.
    /// - Parameters:
    ///   - claimed: how many it was.
    ///   - took: the time from its claim to its commit.
    mutating func settled(claimed: Int, in took: Duration) {
        if claimed >= current, took <= timeMax / Self.lightTimePart {
            current = current > most / 2 ? most : current * 2
        }
    }

    /// A batch of so many was not done in time.
    mutating func overdue(claimed: Int) { current = Int32(clamping: max(claimed / 2, 1)) }
}
