import Domain
import PostgresClient

/// Compares an imported day of a provider's bill with what we have, and keeps what came of it for `monitor.cdr`.
public struct CompareBilledDay: Statement {
    /// Names of what is returned.
    public static let columns = [
        "records", "charged", "matched", "not with us", "not in the list", "sizes differ", "prices differ",
    ]
    /// The statement.
    public static let sql = """
        SELECT d.records::text, d.charged::text, d.matched::text, d.not_with_us::text, d.not_in_list::text,
               d.sizes_differ::text, d.prices_differ::text
        FROM billing.compare_cdr($1, $2, $3) AS d
        """
    let provider: String
    let day: CivilDate
    let timeZone: String

    /// Compares this day; `timeZone` is the provider's, by a name Postgres knows.
    public init(provider: String, day: CivilDate, timeZone: String) {
        self.provider = provider
        self.day = day
        self.timeZone = timeZone
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        parameters.append(provider)
        parameters.append(date: day.daysSinceEpoch)
        parameters.append(timeZone)
    }

    /// A value for each of ``columns``.
    public func decode(_ rows: Rows) throws(PostgresError) -> [String] {
        try rows.single { row throws(PostgresError) in
            var cells: [String] = []
            for column in Self.columns.indices { cells.append(try row.text(column)) }
            return cells
        }
    }
}
