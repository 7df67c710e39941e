import ArgumentParser
import Domain
import Providers
import Runtime
import Sending
import Store

/// `postroom cdr import`.
struct CDRImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import a day of NXTele's list of records (getSmsCdr), and compare it.",
        discussion: """
            Asks the provider at POSTROOM_NXTELE_URL with POSTROOM_NXTELE_APPKEY and POSTROOM_NXTELE_SECRETKEY, page by \
            page, and waits where it wants to be asked less often; it gives days of the last 31. Or reads --file: what \
            getSmsCdr answered, one answer a line. A list takes the place of the day's list before once all of it is there: \
            what is in it no more is removed and counted as gone. Where it breaks off, or shows fewer records than it \
            counts, the list before stays. The day is the provider's, of POSTROOM_NXTELE_TIMEZONE. Every record counts, also \
            a second of one message, which is told as billed twice; import a day once it is over, as a list that grows \
            while it is read may show a record again on its next page.

            The text of messages is not stored. Connects by DATABASE_URL; the role postroom_operator suffices. What came \
            of it is in monitor.cdr, too.
            """)
    /// The longest file that is read, in bytes.
    private static let fileBytesMax = 256 * 1024 * 1024

    @Option(
        help: ArgumentHelp("The provider's day.", valueName: "YYYY-MM-DD"),
        transform: { text in
            guard let day = CivilDate(text) else { throw ValidationError("Expected a day such as 2027-01-31.") }
            return day
        })
    var day: CivilDate

    @Option(help: "A file of answers, one a line, instead of asking.", completion: .file())
    var file: String?

    @Option(help: "Records asked for at a time, 1...999.")
    var pageSize = ReplyLimits.pageRecordsMax

    func validate() throws {
        guard 1...ReplyLimits.pageRecordsMax ~= pageSize else {
            throw ValidationError("--page-size must be 1...\(ReplyLimits.pageRecordsMax).")
        }
    }

    func run() async throws {
        let reader = SettingsReader.standard()
        let timeZone = reader.text(.nxteleTimezone)
        let session = try OperatorSession("postroom cdr")
        try await session.require(timeZone: timeZone)
        var list = BilledDayImport(day, session)
        if let file {
            try reader.finish()
            try await take(pagesOf: file, into: &list)
        } else {
            let url = reader.providerURL()
            let access = NXTeleAccess(reading: reader)
            try reader.finish()
            try await take(pagesFrom: BilledDays(url: url, access: access), into: &list)
        }
        let values = try await list.compare(timeZone: timeZone)
        Terminal.print("\(day): \(list.readCount) records read.")
        if list.withoutID > 0 {
            Terminal.print("\(list.withoutID) records without a message id were left out.")
        }
        Terminal.printPairs(Array(zip(CompareBilledDay.columns, values)))
        Terminal.print(
            "What is behind a number: SELECT * FROM billing.cdr_differences('\(BilledDayImport.provider)', '\(day)', "
                + "'\(timeZone)') WHERE kind <> 'matched'")
    }

    private func take(pagesOf path: String, into list: inout BilledDayImport) async throws {
        let pages = try Self.pages(of: path)
        let total = pages.map(\.total).max() ?? 0
        let shown = pages.reduce(0) { $0 + $1.records.count + $1.withoutID }
        guard total <= shown else {
            throw CommandFailure(
                "\(path) counts \(total) records and has \(shown). The day's list before stays as it was; nothing was "
                    + "stored.")
        }
        for page in pages { try await list.take(page.records, withoutID: page.withoutID) }
    }

    private func take(pagesFrom days: BilledDays, into list: inout BilledDayImport) async throws {
        do {
            let total = try await days.read(day, pageSize: pageSize) { records, withoutID in
                try await list.take(records, withoutID: withoutID)
            }
            guard total <= list.shownCount else {
                throw BilledDayFailure("The provider counts \(total) records and showed \(list.shownCount).")
            }
        } catch {
            try? await days.close()
            guard let failure = error as? BilledDayFailure else { throw error }
            throw CommandFailure("\(failure) The day's list before stays as it was; nothing was compared.")
        }
        try await days.close()
    }

    private typealias Page = (records: [BilledRecord], withoutID: Int, total: Int)

    private static func pages(of path: String) throws -> [Page] {
        let data = try BoundedFile.read(path, bytesMax: fileBytesMax)
        // All of it before anything is stored.
        let lines = data.split(separator: UInt8(ascii: "\n"))
        let pages = try lines.enumerated().compactMap { index, line -> Page? in
            guard line.contains(where: { $0 > 0x20 }) else { return nil }
            guard case .page(let records, let withoutID, let total) = NXTeleSender.billedPage(ofAnswer: Array(line))
            else {
                throw CommandFailure("Line \(index + 1) of \(path) is no page of a day list. Nothing was stored.")
            }
            return (records, withoutID, total)
        }
        guard !pages.isEmpty else { throw CommandFailure("\(path) is empty.") }
        return pages
    }
}
