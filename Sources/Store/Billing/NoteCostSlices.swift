import Domain
import Glibc
import PostgresClient

/// Notes slices whose costs are to be computed anew, in rows of its own, so that no transaction waits for another.
package struct NoteCostSlices: Statement {
    package static let sql = "INSERT INTO billing.cost_touch (slice) SELECT unnest($1::timestamptz[])"
    let slices: [CostSlice]

    /// Notes these.
    package init(_ slices: [CostSlice]) { self.slices = slices }

    package func bind(_ parameters: inout Parameters) {
        var starts = ArrayParameter(.timestamptz)
        for slice in slices { starts.append(microseconds: slice.start.microseconds) }
        parameters.append(starts)
    }

    /// Notes the slices of these moments (of accepted or scheduled entries, or of parked receipts) for which evidence
    /// that comes now is late. Must run in the transaction that brings the evidence. Where nothing is late, as is
    /// usual, it sends nothing to Postgres.
    package static func run(
        late moments: some Sequence<Timestamp>, on connection: Connection, deadline: Deadline
    ) throws(PostgresError) {
        var time = timeval()
        gettimeofday(&time, nil)
        let now = Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_usec))
        let slices = CostSlice.noted(of: moments, now: now)
        if !slices.isEmpty { try connection.run(NoteCostSlices(slices), deadline: deadline) }
    }
}
