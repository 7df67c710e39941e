/// What the sandbox has seen and done since it started.
public struct SandboxCounts: Hashable, Sendable {
    /// Send calls, whatever became of them.
    public internal(set) var calls = 0
    /// Messages accepted: what was really sent.
    public internal(set) var accepted = 0
    /// Calls by what became of them: the name of a fate, or `code:N` for one that was refused.
    public internal(set) var fates: [String: Int] = [:]
    /// The most send calls that waited for their answers at the same time.
    public internal(set) var callsWaitingPeak = 0
    /// Acceptances that are no longer in memory, only in the log.
    public internal(set) var forgotten = 0
    /// Record queries, single and of days.
    public internal(set) var recordQueries = 0
    /// Balance queries.
    public internal(set) var balanceQueries = 0
    /// Receipts that are due some day or on their way.
    public internal(set) var receiptsWaiting = 0
    /// Receipts answered with 200 and `success`.
    public internal(set) var receiptsDelivered = 0
    /// Receipts answered otherwise.
    public internal(set) var receiptsRefused = 0
    /// Receipts without an answer: no connection, a break, a time-out.
    public internal(set) var receiptsFailed = 0
    /// Receipts that had no address that can be called.
    public internal(set) var receiptsUnaddressed = 0

    /// As one JSON object.
    var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.field("calls", number: calls)
        json.field("accepted", number: accepted)
        json.key("fates")
        json.beginObject()
        for (name, count) in fates.sorted(by: { $0.key < $1.key }) { json.field(name, number: count) }
        json.endObject()
        json.field("calls_waiting_peak", number: callsWaitingPeak)
        json.field("forgotten", number: forgotten)
        json.field("record_queries", number: recordQueries)
        json.field("balance_queries", number: balanceQueries)
        json.field("receipts_waiting", number: receiptsWaiting)
        json.field("receipts_delivered", number: receiptsDelivered)
        json.field("receipts_refused", number: receiptsRefused)
        json.field("receipts_failed", number: receiptsFailed)
        json.field("receipts_unaddressed", number: receiptsUnaddressed)
        json.endObject()
        return json.bytes
    }
}
