import ArgumentParser
import Domain
import Foundation
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
    /// How long comparing may take, as postroom_operator's statements may: half a million records take 6 s.
    private static let compareTimeMax = Duration.seconds(300)

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
        var (read, withoutID) = (0, 0)
        let session = try OperatorSession("postroom cdr")
        try await session.require(timeZone: timeZone)
        let day = day
        let importID = UInt128.random(in: 0 ... .max)
        func take(_ records: [BilledRecord], _ odd: Int) async throws {
            let before = read
            read += records.count
            withoutID += odd
            guard !records.isEmpty else { return }
            let put = PutBilledRecords(
                provider: Self.provider, day: day, importID: importID, before: before, records)
            try await session.perform(isRepeatable: true) { connection, deadline in
                try connection.run(put, deadline: deadline)
            }
        }
        if let file {
            try reader.finish()
            let pages = try Self.pages(of: file)
            let total = pages.map(\.total).max() ?? 0
            let shown = pages.reduce(0) { $0 + $1.records.count + $1.withoutID }
            guard total <= shown else {
                throw CommandFailure(
                    "\(file) counts \(total) records and has \(shown). The day's list before stays as it was; nothing was "
                        + "stored.")
            }
            for page in pages { try await take(page.records, page.withoutID) }
        } else {
            let url = reader.text(.nxteleURL)
            let access = NXTeleAccess(reading: reader)
            try reader.finish()
            let days = BilledDays(url: url.hasSuffix("/") ? String(url.dropLast()) : url, access: access)
            do {
                let total = try await days.read(day, pageSize: pageSize, take: take)
                guard total <= read + withoutID else {
                    throw BilledDayFailure("The provider counts \(total) records and showed \(read + withoutID).")
                }
            } catch let failure as BilledDayFailure {
                try? await days.close()
                throw CommandFailure("\(failure) The day's list before stays as it was; nothing was compared.")
            } catch {
                try? await days.close()
                throw error
            }
            try await days.close()
        }
        let compare = CompareBilledDay(provider: Self.provider, day: day, timeZone: timeZone, importID: importID)
        let values = try await session.perform(isRepeatable: true, timeout: Self.compareTimeMax) {
            connection, deadline in try connection.run(compare, deadline: deadline)
        }
        Terminal.print("\(day): \(read) records read.")
        if withoutID > 0 { Terminal.print("\(withoutID) records without a message id were left out.") }
        Terminal.printPairs(Array(zip(CompareBilledDay.columns, values)))
        Terminal.print(
            "What is behind a number: SELECT * FROM billing.cdr_differences('\(Self.provider)', '\(day)', '\(timeZone)') "
                + "WHERE kind <> 'matched'")
    }

    /// As in `ops.provider`.
    private static let provider = "nxtele"

    private typealias Page = (records: [BilledRecord], withoutID: Int, total: Int)

    private static func pages(of path: String) throws -> [Page] {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure("Cannot read \(path): is it there, and may you read it?")
        }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: fileBytesMax + 1) ?? Data() else {
            throw CommandFailure("Cannot read \(path): it is no file.")
        }
        guard data.count <= fileBytesMax else { throw CommandFailure("\(path) is longer than \(fileBytesMax) bytes.") }
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
