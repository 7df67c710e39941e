import Domain
import PostgresClient

/// What an earlier entry is found by.
package struct RepeatKey: Sendable, Equatable {
    /// The id that this send's entry had in a try whose outcome is unknown; nil where there was no such try.
    package var id: EntryID?
    /// Who pays.
    package var account: String
    /// The user.
    package var userID: String
    /// The caller's key; nil where none was given.
    package var idempotencyKey: String?

    package init(id: EntryID?, account: String, userID: String, idempotencyKey: String?) {
        self.id = id
        self.account = account
        self.userID = userID
        self.idempotencyKey = idempotencyKey
    }
}

/// An entry that is there already.
package struct EarlierEntry: Sendable, Equatable {
    /// The entry.
    package var id: EntryID
    /// The hash of what was asked for; nil for entries older than such hashes.
    package var contentHash: [UInt8]?

    package init(id: EntryID, contentHash: [UInt8]?) {
        self.id = id
        self.contentHash = contentHash
    }
}

/// Looks for entries that sends would repeat: by the caller's key, or by their own ids where the outcome of an earlier
/// try to store them is unknown.
///
/// The result is definitive only under the accounts' locks. Two look-ups by index per send.
package struct FindRepeats: Statement {
    package static let access = StatementAccess.reads
    package static let isPrepared = true
    package static let sql = """
        SELECT given.ordinal, found.id, found.content_hash
        FROM unnest($1::integer[], $2::uuid[], $3::text[], $4::text[], $5::text[])
            AS given (ordinal, id, account, user_id, idempotency_key)
        CROSS JOIN LATERAL (
            SELECT e.id, e.content_hash FROM outbox.entry AS e
            WHERE e.id = given.id
            UNION ALL
            SELECT e.id, e.content_hash FROM outbox.entry AS e
            WHERE e.account = given.account AND e.user_id = given.user_id
              AND e.idempotency_key = given.idempotency_key
        ) AS found
        """
    let keys: [(ordinal: Int, key: RepeatKey)]

    /// Looks for these.
    package init(_ keys: [(ordinal: Int, key: RepeatKey)]) { self.keys = keys }

    package func bind(_ parameters: inout Parameters) {
        var ordinals = ArrayParameter(.int4)
        var ids = ArrayParameter(.uuid)
        var accounts = ArrayParameter(.text)
        var users = ArrayParameter(.text)
        var texts = ArrayParameter(.text)
        for (ordinal, key) in keys {
            ordinals.append(Int32(ordinal))
            ids.append(optional: key.id) { $0.append(uuid: $1.rawValue) }
            accounts.append(key.account)
            users.append(key.userID)
            texts.append(optional: key.idempotencyKey) { $0.append($1) }
        }
        for array in [ordinals, ids, accounts, users, texts] { parameters.append(array) }
    }

    /// What was found, by ordinal.
    package func decode(_ rows: Rows) throws(PostgresError) -> [Int: EarlierEntry] {
        var found: [Int: EarlierEntry] = [:]
        try rows.forEach { row throws(PostgresError) in
            found[Int(try row.int32())] = EarlierEntry(
                id: EntryID(rawValue: try row.uuid()), contentHash: try row.optionalBytes())
        }
        return found
    }
}
