import Domain
import PostgresClient

/// What a tally counts (DESIGN section 4, `queue.tally`).
package enum TallyKind: String, Sendable, CaseIterable {
    /// Stored raw.
    case accepted
    /// Left the queue with its effect.
    case processed
    /// Left the queue as a dead letter; negative where a dead letter leaves its state again.
    case dead
    /// A dead letter given up by an operator.
    case discarded
    /// A processed webhook run again; outside the equation.
    case replayed
    /// Of the processed: told nothing new.
    case duplicate
    /// Among the processed: had the key of an earlier one and other content.
    case conflict
}

/// How long webhooks took from intake to effect: bucket `i` counts those applied within 2^i ms, the last all others.
package struct LatencyHistogram: Sendable, Equatable {
    /// Number of buckets: the last but one ends at 2^20 ms, 17 minutes.
    package static let bucketCount = 22
    /// The counts.
    package private(set) var buckets = [Int64](repeating: 0, count: bucketCount)

    /// No webhooks.
    package init() {}

    /// Counts one; a negative latency, from a clock that was set back, counts as none.
    package mutating func record(milliseconds: Int64) {
        let value = UInt64(max(milliseconds, 0))
        let index = value <= 1 ? 0 : UInt64.bitWidth - (value - 1).leadingZeroBitCount
        buckets[min(index, Self.bucketCount - 1)] += 1
    }

    /// Postgres's text form of the array.
    var arrayText: String { "{" + buckets.map(String.init).joined(separator: ",") + "}" }
}

/// Counts of one transaction, a row for each source, intake day and kind that occurred.
package struct TallyBatch: Sendable, Equatable {
    struct Key: Hashable, Comparable {
        let source: String
        let day: CivilDate
        let kind: String
        static func < (left: Key, right: Key) -> Bool {
            (left.source, left.day, left.kind) < (right.source, right.day, right.kind)
        }
    }
    private(set) var counts: [Key: Int64] = [:]
    private(set) var latencies: [Key: LatencyHistogram] = [:]

    /// No counts.
    package init() {}

    /// Whether nothing was counted.
    package var isEmpty: Bool { counts.isEmpty }

    /// Counts one webhook.
    package mutating func count(_ kind: TallyKind, _ source: WebhookSource, _ id: WebhookID, by amount: Int64 = 1) {
        counts[Key(source: source.rawValue, day: id.day, kind: kind.rawValue), default: 0] += amount
    }

    /// Counts one webhook as processed, with the time since its intake.
    package mutating func countProcessed(_ source: WebhookSource, _ id: WebhookID, at now: Timestamp) {
        let key = Key(source: source.rawValue, day: id.day, kind: TallyKind.processed.rawValue)
        counts[key, default: 0] += 1
        latencies[key, default: LatencyHistogram()].record(milliseconds: now.microseconds / 1000 - id.milliseconds)
    }

    func bind(_ parameters: inout Parameters) {
        var source = ArrayParameter(.text)
        var day = ArrayParameter(.date)
        var kind = ArrayParameter(.text)
        var count = ArrayParameter(.int8)
        var latency = ArrayParameter(.text)
        for (key, value) in counts.sorted(by: { $0.key < $1.key }) {
            source.append(key.source)
            day.append(days: key.day.daysSinceEpoch)
            kind.append(key.kind)
            count.append(value)
            latency.append(optional: latencies[key]?.arrayText) { $0.append($1) }
        }
        for array in [source, day, kind, count, latency] { parameters.append(array) }
    }
}

/// Adds counts, in the transaction whose effects they count. Append-only: nobody waits for anybody.
package struct InsertTallies: Statement {
    package static let sql = """
        INSERT INTO queue.tally (source, intake_day, kind, count, latency_buckets)
        SELECT source, intake_day, kind, count, latency_buckets::bigint[]
        FROM unnest($1::text[], $2::date[], $3::text[], $4::bigint[], $5::text[])
            AS counted (source, intake_day, kind, count, latency_buckets)
        """
    let tallies: TallyBatch

    /// Adds these.
    package init(_ tallies: TallyBatch) { self.tallies = tallies }

    package func bind(_ parameters: inout Parameters) { tallies.bind(&parameters) }
}
