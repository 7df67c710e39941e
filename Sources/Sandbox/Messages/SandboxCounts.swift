/// What the sandbox has seen and done since it started.
package struct SandboxCounts: Hashable, Sendable {
    /// Send calls, whatever became of them.
    package internal(set) var calls = 0
    /// Messages accepted: what was really sent.
    package internal(set) var accepted = 0
    /// Calls by what became of them: the name of a fate, or `code:N` for one that was refused.
    package internal(set) var fates: [String: Int] = [:]
    /// The most send calls that waited for their answers at the same time.
    package internal(set) var callsWaitingPeak = 0
    /// Acceptances that are no longer in memory, only in the log.
    package internal(set) var forgotten = 0
    /// Record queries, single and of days.
    package internal(set) var recordQueries = 0
    /// Balance queries.
    package internal(set) var balanceQueries = 0
    /// Receipts that are due some day or on their way.
    package internal(set) var receiptsWaiting = 0
    /// Receipts answered with 200 and `success`.
    package internal(set) var receiptsDelivered = 0
    /// Receipts answered otherwise.
    package internal(set) var receiptsRefused = 0
    /// Receipts without an answer: no connection, a break, a time-out.
    package internal(set) var receiptsFailed = 0
    /// Receipts that had no address that can be called.
    package internal(set) var receiptsUnaddressed = 0

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
