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
    let status = Field("status", ChoiceRule<EntryStatus>())
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
        let limit = takeLimit(from: &reader)
        filter.status = reader.take(status.name, status.rule.read)
        filter.tag = reader.take(tag.name) { text throws(FieldFault) in
            try tag.rule.check(text)
            return text
        }
        filter.recipient = takeRecipient(from: &reader)?.e164
        filter.from = reader.take(from.name) { text throws(FieldFault) in try from.rule.read(Self.withPlus(text)) }
        filter.to = reader.take(to.name) { text throws(FieldFault) in try to.rule.read(Self.withPlus(text)) }
        let user = reader.take(userID.name) { text throws(FieldFault) in
            try userID.rule.check(text)
            return text
        }
        filter.before = takePlace(from: &reader, Cursor.id)
        try reader.finish()
        if let user {
            guard principal.visibleUser.map({ $0.utf8.elementsEqual(user.utf8) }) ?? true else {
                throw Problem(.forbidden, "Only an admin key may list another user's entries.")
            }
            filter.userID = user
        }
        return (filter, limit)
    }

    /// How many the page takes.
    func takeLimit(from reader: inout QueryReader) -> Int {
        reader.take(limit.name, limit.rule.read) ?? Self.limitDefault
    }

    /// The place after which the page begins, read from a cursor's bytes; nil: the page is the first.
    func takePlace<Place>(from reader: inout QueryReader, _ read: ([UInt8]) -> Place?) -> Place? {
        reader.take(cursor.name) { text throws(FieldFault) in
            guard let place = Cursor.bytes(of: text).flatMap(read) else { throw Cursor.fault }
            return place
        }
    }

    /// The one recipient that is listed. A plus that nobody encoded has become a space.
    func takeRecipient(from reader: inout QueryReader) -> PhoneNumber? {
        reader.take(recipient.name) { text throws(FieldFault) in
            try recipient.rule.read(text.first == " " ? "+" + text.dropFirst() : text)
        }
    }

    /// As above: in a time with a `T`, a space can only have been the sign of the offset.
    private static func withPlus(_ text: String) -> String {
        text.contains("T") ? String(text.map { $0 == " " ? "+" : $0 }) : text
    }
}
