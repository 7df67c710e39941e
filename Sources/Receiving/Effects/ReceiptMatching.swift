import Domain
import PostgresClient
import Store

/// What a receipt can be matched by.
struct MatchKeys {
    /// The attempt's own ids it may carry, the surest first.
    let attemptIDs: [AttemptID]
    /// The provider's ids it may carry, the surest first.
    let providerMessageIDs: [String]
    /// Digits of the number; must agree with the attempt's.
    let phone: String

    /// Our attempt's UUID travels as `ext` and as `sys_messageid`; where the provider made an id of its own, a call for
    /// several numbers reports `<id>-<ten digits>` (reference, section 1.1). Never split at any other dash: an id may
    /// be a UUID. That is NXTele's form; of other providers it is tried too, after the whole id and among their own
    /// attempts, because what is parked is matched again without its parser.
    init(messageID: String, ext: String, phone: String) {
        let base = Self.withoutNumberSuffix(messageID)
        var ids: [AttemptID] = []
        for text in [ext, messageID, base].compactMap(\.self) {
            if let id = AttemptID(text), !ids.contains(id) { ids.append(id) }
        }
        attemptIDs = ids
        providerMessageIDs = [messageID, base].compactMap(\.self).filter { !$0.isEmpty }
        self.phone = phone
    }

    static func withoutNumberSuffix(_ messageID: String) -> String? {
        let bytes = messageID.utf8
        guard bytes.count > 11, let dash = bytes.index(bytes.endIndex, offsetBy: -11, limitedBy: bytes.startIndex),
            bytes[dash] == UInt8(ascii: "-"),
            bytes[bytes.index(after: dash)...].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return String(messageID[..<dash])
    }

    /// Of the candidates of one key, the attempt whose number agrees; of several, the one with the lowest id, so that
    /// every worker chooses alike.
    func choose(among candidates: [AttemptCandidate]) -> ReceiptMatch? {
        candidates
            .filter { Self.agrees(phone, $0.recipientPhoneNumber) }
            .min { $0.attemptID < $1.attemptID }
            .map { ReceiptMatch(attemptID: $0.attemptID, entryID: $0.entryID) }
    }

    static func agrees(_ reported: String, _ recipient: String) -> Bool {
        if recipient.utf8.first == UInt8(ascii: "+"), recipient.utf8.dropFirst().elementsEqual(reported.utf8) {
            return true
        }
        return PhoneNumber(providerDigits: reported)?.e164 == recipient
    }
}

/// Finds the attempts of receipts: by our id, then by the provider's.
enum ReceiptMatching {
    /// What was found.
    struct Found {
        /// One match or nil for each of the keys.
        var matches: [ReceiptMatch?]
        /// All evidence of the entries that were found by our own id, as it was then; except entries with so much that
        /// it is read separately, where it is wanted.
        var entries: [EntryID: StoredEvidence] = [:]
    }

    /// One look-up for each kind and place of a key, whatever the number of receipts; the first mostly finds all. Each
    /// key is looked up once, however many receipts carry it, because with an id of ours comes the evidence of its
    /// entry.
    static func match(
        _ keys: [MatchKeys], provider: String, on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> Found {
        var found = Found(matches: [ReceiptMatch?](repeating: nil, count: keys.count))
        var entries: [EntryID: StoredEvidence] = [:]
        try resolve(&found.matches, keys, \.attemptIDs, by: <) { ids throws(PostgresError) in
            let answers = try connection.run(FindAttemptsByID(ids, provider: provider), deadline: deadline)
            entries.reserveCapacity(answers.count)
            for answer in answers where answer.entry.isWhole { entries[answer.entry.id] = answer.entry }
            return answers.map(\.attempt)
        }
        found.entries = entries
        // Compared by bytes: what Swift calls equal may be two ids.
        try resolve(
            &found.matches, keys, \.providerMessageIDs, by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        ) { ids throws(PostgresError) in
            try connection.run(FindAttemptsByProviderID(ids, provider: provider), deadline: deadline)
        }
        return found
    }

    /// Asks for the surest key of each receipt, then for the next key of those still unmatched: most are found by their
    /// first, and each key costs Postgres a look into an index. Keys are asked for in ascending order, so that one look
    /// finds its pages where the last has just been (this holds for our ids; Postgres may order text differently).
    ///
    /// - Parameters:
    ///   - precedes: the order of keys; two of which neither precedes the other are the same key.
    ///   - find: is given distinct keys; the ordinals in its result are places among them.
    static func resolve<Key>(
        _ matches: inout [ReceiptMatch?], _ keys: [MatchKeys], _ path: KeyPath<MatchKeys, [Key]>,
        by precedes: (Key, Key) -> Bool, _ find: ([Key]) throws(PostgresError) -> [AttemptCandidate]
    ) throws(PostgresError) {
        var place = 0
        while true {
            var wanted: [(owner: Int, key: Key)] = []
            for (index, key) in keys.enumerated() where matches[index] == nil && place < key[keyPath: path].count {
                wanted.append((index, key[keyPath: path][place]))
            }
            guard !wanted.isEmpty else { return }
            wanted.sort { precedes($0.key, $1.key) }
            var distinct: [Key] = []
            distinct.reserveCapacity(wanted.count)
            // Where the key of each is among the distinct ones.
            var ordinals: [Int] = []
            ordinals.reserveCapacity(wanted.count)
            for one in wanted {
                let isNew = distinct.last.map { precedes($0, one.key) } ?? true
                if isNew { distinct.append(one.key) }
                ordinals.append(distinct.count - 1)
            }
            var found: [Int: [AttemptCandidate]] = [:]
            for candidate in try find(distinct) { found[candidate.ordinal, default: []].append(candidate) }
            for (one, ordinal) in zip(wanted, ordinals) {
                guard let candidates = found[ordinal] else { continue }
                matches[one.owner] = keys[one.owner].choose(among: candidates)
            }
            place += 1
        }
    }
}
