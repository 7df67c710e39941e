import Foundation
import PostgresClient
import TestSupport
import Testing

/// That everything answered 200 is in the inbox, once, and everything in the inbox waits or was processed.
func expectStoredOnce(_ record: Load.Record, _ database: TestDatabase) async throws {
    try await expectStoredOnce(record, url: database.url)
}

/// The same of a database elsewhere.
func expectStoredOnce(_ record: Load.Record, url: String) async throws {
    let watch = Watch(url)
    let marks = try await watch.run(ReadMarks())
    #expect(!record.stored.isEmpty)
    #expect(Set(record.stored).subtracting(marks).sorted() == [])
    #expect(Set(marks).count == marks.count, "a webhook is stored twice")
    let counted = try await watch.conservation()
    #expect(counted.accepted == Int64(marks.count) && counted.difference == 0, "\(counted) of \(marks.count)")
    await watch.close()
}

/// The marks of ``Load`` in all raw webhooks.
private struct ReadMarks: Statement {
    static let access = StatementAccess.reads
    static let sql =
        "SELECT substring(convert_from(w.body, 'UTF8') FROM 'mark-[0-9]+-[0-9]+-end') FROM inbox.webhook AS w"

    func decode(_ rows: Rows) throws(PostgresError) -> [String] {
        try rows.map { row throws(PostgresError) in try row.text() }
    }
}

/// Bytes that have arrived at connections to this loopback port and that its process has not read.
func unreadBytes(port: UInt16) -> Int {
    let suffix = ":" + String(format: "%04X", Int(port))
    let table = (try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)) ?? ""
    var bytes = 0
    for line in table.split(separator: "\n").dropFirst() {
        let words = line.split(separator: " ")
        // local address, remote address, state (01 is established), transmit and receive queue
        guard words.count > 4, words[1].hasSuffix(suffix), words[3] == "01" else { continue }
        bytes += words[4].split(separator: ":").last.flatMap { Int($0, radix: 16) } ?? 0
    }
    return bytes
}
