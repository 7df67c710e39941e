/// How many webhooks a worker claims at once: the configured batch, reduced while batches of that size take too long or
/// hold too many bytes. Pure.
///
/// Without it a batch that takes too long would be claimed again unchanged, for ever.
struct BatchLimit: Sendable, Equatable {
    /// It doubles after a full batch that took no more than this part of its time: twice as many will then be done in
    /// time, too.
    static let lightTimePart = 4
    /// The batch also has to have held no more than this part of the bytes allowed.
    static let lightBytesPart = 2

    /// The configured batch.
    let most: Int32
    /// How long a transaction may take.
    let timeMax: Duration
    /// How many the next claim may take.
    private(set) var current: Int32

    /// Begins with the configured batch.
    init(most: Int32, timeMax: Duration) {
        self.most = most
        self.timeMax = timeMax
        current = most
    }

    /// A batch was committed.
    /// - Parameters:
    ///   - read: how many of it were read.
    ///   - left: how many of it were not read, because they would have been too many bytes.
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

    /// A batch of `claimed` webhooks was not done in time.
    mutating func overdue(claimed: Int) { current = Int32(clamping: max(claimed / 2, 1)) }
}
