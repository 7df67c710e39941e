import Domain
import PostgresClient

/// Records how far a provider's clock is ahead, where it moved or some time has passed since it was last recorded.
package struct RecordClock: Statement {
    package static let sql = "SELECT ops.record_clock($1, $2, $3, $4, $5)"
    let provider: String
    let estimate: ClockEstimate
    let timeZone: String

    /// Records an estimate; `timeZone` is the zone that is configured for it.
    package init(provider: String, _ estimate: ClockEstimate, timeZone: String) {
        self.provider = provider
        self.estimate = estimate
        self.timeZone = timeZone
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(provider)
        parameters.append(interval: .microseconds(estimate.ahead))
        parameters.append(interval: .microseconds(estimate.spread))
        parameters.append(Int32(clamping: estimate.samples))
        parameters.append(timeZone)
    }

    /// Whether it was recorded.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool() }
    }
}
