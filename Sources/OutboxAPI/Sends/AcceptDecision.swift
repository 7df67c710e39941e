import Domain
import PostgresClient
import Store

/// What is decided about one send. The large case is indirect, so that it is handed on without copying each text.
enum AcceptVerdict: Sendable, Equatable {
    /// It is new and is to be stored: 201.
    indirect case accept(AcceptedSend)
    /// An earlier try has stored it already: 201.
    case stored
    /// It repeats this entry: 200.
    case repeats(EntryID)
    /// The caller's key was used for another content: 409.
    case conflict
    /// The account cannot pay it: 402.
    case insufficientBalance
    /// No price covers the destination: 422.
    case noPrice
    /// The recipient has opted out: 422.
    case suppressed
    /// The account is gone, or its numbers have left every bound.
    case impossible

    /// Whether it is refused for its own content, and not for what was there before it.
    var isRefusal: Bool {
        switch self {
        case .insufficientBalance, .noPrice, .suppressed, .impossible: true
        case .accept, .stored, .repeats, .conflict: false
        }
    }
}

/// The facts by which a group of sends is decided: read under the locks of their accounts, or earlier
/// (``AcceptCache``).
struct AcceptFacts: Sendable {
    /// The database's time.
    var now: Timestamp
    /// By name.
    var accounts: [String: AccountStanding]
    var prices: PriceList
    /// Accounts and numbers that have opted out of their messages.
    var suppressed: Set<SuppressionPair> = []
    /// Entries that are there already, by the place of the send that they answer.
    var earlier: [Int: EarlierEntry]
    var provider: String
    /// How long an entry without a validity may wait.
    var waitMax: Duration
}

/// Decides on each send in order. Pure. What an earlier send of the group spends, the later ones no longer have; what
/// it stores, they may repeat.
func decideSends(_ candidates: [SendCandidate], by facts: AcceptFacts) -> [AcceptVerdict] {
    var accounts = facts.accounts
    var charges: [String: (count: Int64, total: Numeric)] = [:]
    var inGroup: [CallerKey: (id: EntryID, contentHash: [UInt8])] = [:]
    inGroup.reserveCapacity(candidates.count)
    return candidates.enumerated().map { place, candidate in
        if let earlier = facts.earlier[place] {
            if earlier.id == candidate.id { return .stored }
            return earlier.contentHash == candidate.contentHash ? .repeats(earlier.id) : .conflict
        }
        let key = CallerKey(candidate)
        if let key, let earlier = inGroup[key] {
            return earlier.contentHash == candidate.contentHash ? .repeats(earlier.id) : .conflict
        }
        guard var account = accounts[candidate.account] else { return .impossible }
        if !facts.suppressed.isEmpty, facts.suppressed.contains(candidate.pair) { return .suppressed }
        guard let price = facts.prices.costPerUnit(to: candidate.request.recipient, currency: account.currency) else {
            return .noPrice
        }
        guard let units = Int32(exactly: candidate.parts.count), let total = Numeric(price).times(units),
            let after = account.balance.adding(total.negated)
        else { return .impossible }
        if account.isPrepaid, after.isNegative, !total.isSameAmount(as: .zero) { return .insufficientBalance }
        let before = charges[candidate.account] ?? (0, .zero)
        guard let charged = before.total.adding(total) else { return .impossible }
        charges[candidate.account] = (before.count + 1, charged)
        account.balance = after
        accounts[candidate.account] = account
        if let key { inGroup[key] = (candidate.id, candidate.contentHash) }
        return .accept(
            AcceptedSend(
                candidate, units: units, costPerUnit: Numeric(price), total: total, currency: account.currency,
                charge: (before.count + 1, charged), facts))
    }
}

/// What makes two sends the same one. Compared by bytes: texts in different Unicode spellings are equal to Swift, but
/// not to Postgres.
private struct CallerKey: Hashable {
    let account: String
    let userID: String
    let key: String

    init?(_ candidate: SendCandidate) {
        guard let key = candidate.idempotencyKey else { return nil }
        account = candidate.account
        userID = candidate.userID
        self.key = key
    }

    static func == (left: CallerKey, right: CallerKey) -> Bool {
        left.key.utf8.elementsEqual(right.key.utf8) && left.userID.utf8.elementsEqual(right.userID.utf8)
            && left.account.utf8.elementsEqual(right.account.utf8)
    }

    /// By the key alone: few sends of a group share it.
    func hash(into hasher: inout Hasher) {
        var key = key
        key.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension AcceptedSend {
    /// `charge` is its place among its account's charges in the group, and what they come to with it.
    fileprivate init(
        _ candidate: SendCandidate, units: Int32, costPerUnit: Numeric, total: Numeric, currency: String,
        charge: (ordinal: Int64, soFar: Numeric), _ facts: AcceptFacts
    ) {
        let request = candidate.request
        // A time in the past means at once.
        let scheduledAt = request.scheduledAt.flatMap { $0 > facts.now ? $0 : nil }
        let start = scheduledAt ?? facts.now
        let validUntil = request.validForSeconds.map { start + .seconds($0) }
        self.init(
            entry: EntryRecord(
                id: candidate.id, account: candidate.account, userID: candidate.userID,
                recipient: request.recipient.e164, message: request.message, senderID: request.senderID,
                messageID: request.messageID, messageName: request.messageName, units: units,
                costPerUnit: costPerUnit, totalCost: total, currency: currency,
                encoding: candidate.parts.encoding, priority: request.priority,
                tagsJSON: tagsJSON(request.tags),
                customDataJSON: request.customData, provider: facts.provider,
                status: .pending,
                deliveryState: scheduledAt == nil ? .queued : .scheduled,
                times: EntryTimes(createdAt: facts.now, scheduledAt: scheduledAt, validUntil: validUntil)),
            tagsArray: request.tags.isEmpty ? nil : postgresArray(request.tags),
            idempotencyKey: candidate.idempotencyKey,
            contentHash: candidate.contentHash, validForSeconds: request.validForSeconds,
            giveUpAt: validUntil ?? start + facts.waitMax,
            chargeOrdinal: charge.ordinal, chargedSoFar: charge.soFar)
    }
}

private func tagsJSON(_ tags: [String]) -> String {
    if tags.isEmpty { return "[]" }
    var writer = JSONWriter(capacity: 64)
    writer.array { for tag in tags { $0.value(tag) } }
    return writer.text
}

/// Texts as Postgres writes an array of them: each in quotes, with `\` and `"` escaped (manual, section 8.15.2).
func postgresArray(_ texts: [String]) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "{")]
    for (index, text) in texts.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: "}"))
    return String(decoding: bytes, as: UTF8.self)
}
