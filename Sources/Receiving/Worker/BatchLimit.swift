/// How many webhooks one worker claims at a time: as many as are asked for, and fewer for as long as so many are too much
/// for a transaction, in time or in bytes. Pure.
///
/// Without it a batch that takes too long once would be claimed again as it is, for ever.
struct BatchLimit: Sendable, Equatable {
    /// It doubles after full batches that take no more than this part of the time that they may: twice as many can be
    /// expected to be done in time then, too.
    static let lightTimePart = 4
    /// And no more than this part of the bytes.
    static let lightBytesPart = 2

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
    ///   - read: how many of it were read.
    ///   - left: how many of it were not, as they would have been too many bytes.
    ///   - bytes: those of the raw webhooks that were read.
    ///   - took: the time from its claim to its commit.
    mutating func settled(read: Int, left: Int, bytes: Int, in took: Duration) {
        if left > 0 {
            current = Int32(clamping: max(read, 1))
        } else if read >= current, took <= timeMax / Self.lightTimePart,
            bytes <= WebhookBatchRun.rawBytesMax / Self.lightBytesPart
        {
            current = current > most / 2 ? most : current * 2
        }
    }

    /// A batch of so many was not done in time.
    mutating func overdue(claimed: Int) { current = Int32(clamping: max(claimed / 2, 1)) }
}
