import Domain
import PostgresClient

/// Stores records of an import of a day's bill, which counts once ``CompareBilledDay`` makes it the day's. All are kept,
/// also several with one id, each at its place in the list; so repeating it stores nothing twice.
package struct PutBilledRecords: Statement {
    package static let sql = """
        INSERT INTO billing.cdr
            (provider, day, import_id, place, message_id, phone, sender_id, submitted_time, reported_time, report,
             report_status, size_text, price_text, billing_status, network, size, price)
        SELECT $1, $2, $16, $17 + g.place, g.message_id, g.phone, g.sender_id, g.submitted_time, g.reported_time, g.report,
               g.report_status, g.size_text, g.price_text, g.billing_status, g.network, g.size, g.price
        FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
                    $11::text[], $12::text[], $13::text[], $14::integer[], $15::numeric[]) WITH ORDINALITY
            AS g (message_id, phone, sender_id, submitted_time, reported_time, report, report_status, size_text,
                  price_text, billing_status, network, size, price, place)
        ON CONFLICT (provider, day, import_id, place) DO NOTHING
        """
    let provider: String
    let day: CivilDate
    let importID: UInt128
    let before: Int
    let records: [BilledRecord]

    /// Stores these, of the provider's list of this day, as part of an import; `before` them are so many others in it.
    package init(provider: String, day: CivilDate, importID: UInt128, before: Int, _ records: [BilledRecord]) {
        self.provider = provider
        self.day = day
        self.importID = importID
        self.before = before
        self.records = records
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(provider)
        parameters.append(date: day.daysSinceEpoch)
        let texts: [KeyPath<BilledRecord, String>] = [
            \.messageID, \.phone, \.senderID, \.submittedTime, \.reportedTime, \.report, \.reportStatus, \.sizeText,
            \.priceText, \.billingStatus, \.network,
        ]
        for path in texts {
            parameters.append(texts: records.map { $0[keyPath: path] })
        }
        var size = ArrayParameter(.int4)
        var price = ArrayParameter(.numeric)
        for record in records {
            size.append(optional: record.size) { $0.append($1) }
            price.append(optional: record.price) { $0.append(Numeric($1)) }
        }
        parameters.append(size)
        parameters.append(price)
        parameters.append(uuid: importID)
        parameters.append(Int64(before))
    }

    /// Nothing.
    package func decode(_ rows: Rows) throws(PostgresError) {}
}
