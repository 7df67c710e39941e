import Domain
import Store

/// The parameters of lists and their bounds.
struct ListFields: Sendable {
    /// The largest page.
    static let limitMax = 200
    /// The page where nothing is asked for.
    static let limitDefault = 50
    /// The longest cursor.
    static let cursorCharactersMax = 600

    let limit = Field("limit", IntegerRule(range: 1...Self.limitMax))
    let cursor = Field("cursor", TextRule(characters: 1...Self.cursorCharactersMax, alphabet: .printableASCII))
    let status = Field("status", ChoiceRule(words: EntryStatus.allCases.map(\.rawValue)))
    let tag = Field("tag", TextRule(characters: 1...SendFields.tagCharactersMax, alphabet: .printable))
    let recipient = Field("recipient", PhoneRule())
    let userID = Field("userId", TextRule(characters: 1...SendFields.userCharactersMax, alphabet: .printable))
    let from: Field<TimeRule>
    let to: Field<TimeRule>

    init() {
        let rule = TimeRule(daysAheadMax: nil, clock: { Timestamp(microseconds: 0) })
        from = Field("from", rule)
        to = Field("to", rule)
    }

    /// Reads the parameters of the list of entries.
    ///
    /// - Throws: ``Problem`` with every one that is wrong.
    func read(_ query: String?, _ principal: Principal) throws(Problem) -> (filter: EntryFilter, limit: Int) {
        var reader = QueryReader(query)
        var filter = EntryFilter(account: principal.account)
        filter.userID = principal.visibleUser
        let limit = reader.take(limit.name, limit.rule.read)
        filter.status = reader.take(status.name, status.rule.read)
        filter.tag = reader.take(tag.name) { text throws(FieldFault) in
            try tag.rule.check(text)
            return text
        }
        // A plus that nobody encoded has become a space.
        filter.recipient =
            reader.take(recipient.name) { text throws(FieldFault) in
                try recipient.rule.read(text.first == " " ? "+" + text.dropFirst() : text)
            }?.e164
        filter.from = reader.take(from.name) { text throws(FieldFault) in try from.rule.read(Self.withPlus(text)) }
        filter.to = reader.take(to.name) { text throws(FieldFault) in try to.rule.read(Self.withPlus(text)) }
        let user = reader.take(userID.name) { text throws(FieldFault) in
            try userID.rule.check(text)
            return text
        }
        filter.before = reader.take(cursor.name) { text throws(FieldFault) in
            guard let bytes = Cursor.bytes(of: text), bytes.count == 16 else { throw Cursor.fault }
            return EntryID(rawValue: bytes.reduce(0) { $0 << 8 | UInt128($1) })
        }
        try reader.finish()
        if let user {
            guard principal.visibleUser.map({ $0.utf8.elementsEqual(user.utf8) }) ?? true else {
                throw Problem(.forbidden, "Only an admin key may list another user's entries.")
            }
            filter.userID = user
        }
        return (filter, limit ?? Self.limitDefault)
    }

    /// As above: in a time with a `T`, a space can only have been the sign of the offset.
    private static func withPlus(_ text: String) -> String {
        text.contains("T") ? String(text.map { $0 == " " ? "+" : $0 }) : text
    }
}

/// A place in a list, as text that callers hand back as it is: base64url without padding (RFC 4648 section 5).
enum Cursor {
    static let fault = FieldFault("Must be a cursor that an earlier page gave.")
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var (bits, count) = (UInt32(0), 0)
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> UInt32(count)) & 0x3F])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << UInt32(6 - count)) & 0x3F]) }
        return String(decoding: text, as: UTF8.self)
    }

    static func bytes(of text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (bits, count) = (UInt32(0), 0)
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }

    static func text(of id: EntryID) -> String { text(of: bigEndianBytes(of: id.rawValue)) }

    static func bigEndianBytes(of value: UInt128) -> [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: value >> UInt128(120 - 8 * $0)) }
    }
}
