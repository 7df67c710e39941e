import Domain
import Store

/// One import of a provider's list of a day: its pages are put aside as they come, and take the place of the list before
/// once all of them are there.
struct BilledDayImport {
    /// As in `ops.provider`.
    static let provider = ProviderName.nxtele
    /// How long comparing may take, as postroom_operator's statements may: half a million records take 6 s.
    private static let compareTimeMax = Duration.seconds(300)

    let day: CivilDate
    private let session: OperatorSession
    private let id = UInt128.random(in: 0 ... .max)
    /// Records that were put aside.
    private(set) var readCount = 0
    /// Records that were left out for want of a message id.
    private(set) var withoutID = 0

    init(_ day: CivilDate, _ session: OperatorSession) {
        self.day = day
        self.session = session
    }

    /// All records that were shown.
    var shownCount: Int { readCount + withoutID }

    /// Puts a page aside.
    mutating func take(_ records: [BilledRecord], withoutID odd: Int) async throws {
        let before = readCount
        readCount += records.count
        withoutID += odd
        guard !records.isEmpty else { return }
        let put = PutBilledRecords(provider: Self.provider, day: day, importID: id, before: before, records)
        try await session.perform(isRepeatable: true) { connection, deadline in
            try connection.run(put, deadline: deadline)
        }
    }

    /// Makes what was put aside the day's list, and compares it with what we have.
    ///
    /// - Returns: the values of ``CompareBilledDay/columns``.
    func compare(timeZone: String) async throws -> [String] {
        let compare = CompareBilledDay(provider: Self.provider, day: day, timeZone: timeZone, importID: id)
        return try await session.perform(isRepeatable: true, timeout: Self.compareTimeMax) { connection, deadline in
            try connection.run(compare, deadline: deadline)
        }
    }
}
