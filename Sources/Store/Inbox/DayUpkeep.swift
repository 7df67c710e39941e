import Domain
import PostgresClient

/// What upkeep did to one day of the inbox.
package struct DayUpkeep: Sendable, Equatable {
    /// The UTC day; nil where the outcome is about all of them.
    package var day: CivilDate?
    /// A stable word; see the function's comment in `sql/0006_partitions.sql`.
    package var outcome: String
    /// Rows moved or dropped with it.
    package var rowCount: Int64
    /// More about it: why it was not done, or what it gave.
    package var detail: String?

    /// Whether nothing was done because somebody else was making or removing days.
    package var isAnothersTurn: Bool { day == nil && outcome == "busy" && detail == Self.anothersTurn }

    /// Whether rows past retention are gone by it. Otherwise they are kept for now.
    package var isPruned: Bool { Self.prunings.contains(outcome) }

    private static let prunings: Set = ["dropped", "emptied", "deleted"]
    /// As the functions of `sql/0006_partitions.sql` say it.
    private static let anothersTurn = "another process is at it"

    init(_ row: inout Row) throws(PostgresError) {
        day = try row.optionalDate().map { CivilDate(daysSinceEpoch: $0) }
        outcome = try row.text()
        rowCount = try row.optionalInt64() ?? 0
        detail = try row.optionalText()
    }
}
