import Domain
import PostgresClient

/// Makes an import the day's bill in place of the one before, compares it with what we have, and keeps the result for
/// `monitor.cdr`. Repeated, it compares once more.
package struct CompareBilledDay: Statement {
    /// Names of what is returned.
    package static let columns = [
        "records", "new or changed", "gone", "charged", "matched", "not with us", "not in the list", "sizes differ",
        "prices differ", "billed twice", "without a readable charge",
    ]
    package static let sql = """
        SELECT d.records::text, d.changed::text, d.gone::text, d.charged::text, d.matched::text, d.not_with_us::text, d.not_in_list::text,
               d.sizes_differ::text, d.prices_differ::text, d.billed_twice::text, d.without_charge::text
        FROM billing.compare_cdr($1, $2, $3, $4) AS d
        """
    let provider: String
    let day: CivilDate
    let timeZone: String
    let importID: UInt128

    /// Compares this import of a day; `timeZone` is the provider's, by a name Postgres knows.
    package init(provider: String, day: CivilDate, timeZone: String, importID: UInt128) {
        self.provider = provider
        self.day = day
        self.timeZone = timeZone
        self.importID = importID
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(provider)
        parameters.append(date: day.daysSinceEpoch)
        parameters.append(timeZone)
        parameters.append(uuid: importID)
    }

    /// A value for each of ``columns``.
    package func decode(_ rows: Rows) throws(PostgresError) -> [String] {
        try rows.single { row throws(PostgresError) in
            var cells: [String] = []
            for _ in Self.columns { cells.append(try row.text()) }
            return cells
        }
    }
}
