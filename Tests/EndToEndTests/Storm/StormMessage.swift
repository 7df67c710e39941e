import Domain
import PostgresClient
import TestSupport

/// A message that was sent through NXTele before the storm, of which its receipts tell.
struct StormMessage: Sendable {
    /// By what its receipts find it, if they do.
    enum Match: Int, CaseIterable { case ext, systemMessageID, providerID, baseID, wrongPhone }

    let number: Int
    let match: Match
    let entryID: EntryID
    let attemptID: AttemptID
    let phone: String
    let providerID: String

    init(_ number: Int, match: Match? = nil, _ random: inout SeededGenerator) {
        self.number = number
        self.match = match ?? Match.allCases[number % Match.allCases.count]
        let sent = Timestamp(microseconds: 1_772_000_000_000_000 + Int64(number) * 1_000_000)
        entryID = EntryID(at: sent, random: (random.next(), random.next()))
        attemptID = AttemptID(at: sent, random: (random.next(), random.next()))
        phone = ["62821", "4915", "3361", "8613"][number % 4] + "\(10_000_000 + number)"
        let digits = String(UInt128(random.next()) << 64 | UInt128(random.next()), radix: 16)
        providerID = String(repeating: "0", count: 32 - digits.count) + digits
    }

    /// Half of all messages are in the outbox.
    var isInOutbox: Bool { number.isMultiple(of: 2) }
    /// A few of them are there only when half of the storm is over.
    var isLate: Bool { number.isMultiple(of: 42) }
    /// Where the provider's answer came, its id is known.
    var isAnswered: Bool { match != .ext && match != .systemMessageID }

    /// One of its receipts.
    func receipt(_ place: Int, _ random: inout SeededGenerator) -> StormReceipt {
        let statuses = ["2", "5", "6", "7", "8", "9", "10", "11", "12", "4", "2", "2", "pending"]
        let status = statuses[Int.random(in: 0..<statuses.count, using: &random)]
        let time = "2026-02-26 10:\(10 + place):\(10 + Int.random(in: 0..<50, using: &random))"
        // A delivery whose time cannot be read would have its time of arrival, which no two runs share.
        let isReadable = status == "2" || Int.random(in: 0..<10, using: &random) > 0
        return StormReceipt(
            messageID: messageID(place),
            phone: match == .wrongPhone ? "999\(phone.dropFirst(3))" : phone, status: status,
            result: status == "2" ? "DELIVRD" : "UNDELIV", reportedTime: isReadable ? time : "some day \(place)",
            submittedTime: "2026-02-26 10:00:00",
            price: "0.0\(10 + Int.random(in: 0..<89, using: &random))", rate: "6.4845",
            size: "\(1 + place)", currency: Bool.random(using: &random) ? "USD" : "CNY",
            ext: match == .ext ? attemptID.description : (number.isMultiple(of: 3) ? "campaign 7" : nil))
    }

    private func messageID(_ place: Int) -> String {
        switch match {
        case .ext: "elsewhere-\(number)"
        case .systemMessageID: attemptID.description
        case .providerID, .wrongPhone: providerID
        case .baseID: "\(providerID)-\(1_000_000_000 + place)"
        }
    }
}

/// Puts messages into the outbox, as their hand-over left them.
struct InsertStormMessages: Statement {
    static let sql = """
        WITH given AS (
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
                AS g (entry_id, attempt_id, phone, state, provider_message_id)
        ), entry AS (
            INSERT INTO outbox.entry
                (id, account, user_id, recipient_phone_number, message, sender_id, sms_units_used, cost_per_unit,
                 total_cost, currency, encoding, provider, status, delivery_state, created_at, last_attempt_at)
            SELECT entry_id, 'default', 'storm', phone, 'hello', 'POSTROOM', 1, 0.05, 0.05, 'USD', 'gsm7', 'nxtele',
                   'pending', state, '2026-02-26 01:59:00+00', '2026-02-26 02:00:00+00'
            FROM given
        ), earlier AS (     -- a first try that the provider refused, of every other message
            INSERT INTO outbox.attempt
                (id, entry_id, cycle, number, provider, recipient_phone_number, state, provider_code, prepared_at,
                 dispatched_at, settled_at)
            SELECT md5(entry_id::text)::uuid, entry_id, 0, 1, 'nxtele', phone, 'rejected', '88',
                   '2026-02-26 01:59:10+00', '2026-02-26 01:59:10+00', '2026-02-26 01:59:11+00'
            FROM given
        )
        INSERT INTO outbox.attempt
            (id, entry_id, cycle, number, provider, recipient_phone_number, state, provider_message_id, provider_code,
             prepared_at, dispatched_at, settled_at)
        SELECT attempt_id, entry_id, 0, 2, 'nxtele', phone, state, provider_message_id,
               CASE WHEN state = 'accepted' THEN '0' END, '2026-02-26 02:00:00+00', '2026-02-26 02:00:00+00',
               CASE WHEN state = 'accepted' THEN '2026-02-26 02:00:01+00'::timestamptz END
        FROM given
        """
    let messages: [StormMessage]

    func bind(_ parameters: inout Parameters) {
        var entryID = ArrayParameter(.uuid)
        var attemptID = ArrayParameter(.uuid)
        var phone = ArrayParameter(.text)
        var state = ArrayParameter(.text)
        var providerID = ArrayParameter(.text)
        for message in messages {
            entryID.append(uuid: message.entryID.rawValue)
            attemptID.append(uuid: message.attemptID.rawValue)
            phone.append("+" + message.phone)
            state.append(message.isAnswered ? "accepted" : message.number.isMultiple(of: 3) ? "unclear" : "dispatched")
            providerID.append(optional: message.isAnswered ? message.providerID : nil) { $0.append($1) }
        }
        for array in [entryID, attemptID, phone, state, providerID] { parameters.append(array) }
    }

    func decode(_ rows: Rows) throws(PostgresError) {}
}
