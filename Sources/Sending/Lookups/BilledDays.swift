import Domain
import Providers

/// Reads a provider's bill of a day, page by page, waiting as long as the provider asks.
package struct BilledDays: Sendable {
    /// The wait after being told that it was too often; it doubles each time in a row.
    static let waitMin = Duration.seconds(1)
    /// The longest of these waits.
    static let waitMax = Duration.seconds(120)
    /// How often in a row the provider may ask to be left alone.
    static let refusalsMax = 10
    /// How long one answer may take.
    static let timeout = Duration.seconds(60)

    private let client: ProviderClient
    private let sender: NXTeleSender

    /// Asks at this address with these keys; ``close()`` ends it.
    package init(url: String, access: NXTeleAccess) {
        client = ProviderClient(url: url, callsMax: 1, timeout: Self.timeout)
        sender = NXTeleSender(access)
    }

    /// Closes the connection.
    package func close() async throws { try await client.shutDown() }

    /// Reads all pages of a day, each handed over before the next is asked for.
    ///
    /// - Returns: how many records the day has, by the provider's own count.
    /// - Throws: ``BilledDayFailure``, or what `take` throws.
    package func read(
        _ day: CivilDate, pageSize: Int = ReplyLimits.pageRecordsMax,
        take: (_ records: [BilledRecord], _ withoutID: Int) async throws -> Void
    ) async throws -> Int {
        for page in 1...ReplyLimits.dayPagesMax {
            let (records, withoutID, total) = try await self.page(page, of: day, size: pageSize)
            try await take(records, withoutID)
            // An empty page beyond the number of records that was announced ends it, too.
            if page * pageSize >= total || records.isEmpty && withoutID == 0 { return total }
        }
        throw BilledDayFailure("The day has more than \(ReplyLimits.dayPagesMax) pages.")
    }

    private func page(_ page: Int, of day: CivilDate, size: Int) async throws -> ([BilledRecord], Int, Int) {
        var wait = Self.waitMin
        for _ in 0..<Self.refusalsMax {
            let reply: ProviderReply
            do {
                reply = try await client.reply(
                    to: sender.dayList(day, page: page, pageSize: size), timeout: Self.timeout,
                    bodyBytesMax: ReplyLimits.dayListBytesMax)
            } catch {
                throw BilledDayFailure("The provider did not answer for page \(page).")
            }
            switch sender.billedPage(of: reply) {
            case .page(let records, let withoutID, let total): return (records, withoutID, total)
            case .tooOften:
                try await Task.sleep(for: max(wait, min(reply.retryAfter ?? .zero, Self.waitMax)))
                wait = min(wait * 2, Self.waitMax)
            case .refused(let code):
                throw BilledDayFailure(
                    "The provider refuses page \(page) of its day list with code \(code ?? "none"): wrong keys, or a day "
                        + "that is over 31 days ago.")
            case .unreadable: throw BilledDayFailure("The provider's answer for page \(page) has no meaning.")
            }
        }
        throw BilledDayFailure("The provider wants to be asked less often: try again later.")
    }
}

/// Why a bill could not be read: a sentence.
package struct BilledDayFailure: Error, CustomStringConvertible {
    /// The sentence.
    package let description: String

    /// A failure with this sentence.
    package init(_ description: String) { self.description = description }
}
