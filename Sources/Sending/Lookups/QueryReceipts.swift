import Domain
import PostgresClient
import Store

/// Stores receipts that the provider gave when asked, in the same way as those it sends by itself: once per key, and of
/// two contents the greater.
enum QueryReceipts {
    /// Stores these, each of a known attempt.
    ///
    /// - Returns: the entries whose evidence changed.
    static func store(
        _ records: [ReceiptRecord], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> Set<EntryID> {
        let byKey = Dictionary(records.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let unique = byKey.values.sorted { $0.key < $1.key }
        guard !unique.isEmpty else { return [] }
        let inserted = try connection.run(InsertReceipts(unique), deadline: deadline)
        var touched = Set(unique.filter { inserted.contains($0.key) }.compactMap { $0.match?.entryID })
        let known = unique.filter { !inserted.contains($0.key) }
        touched.formUnion(try MergeReceipts.run(known, on: connection, deadline: deadline).touched)
        return touched
    }
}
