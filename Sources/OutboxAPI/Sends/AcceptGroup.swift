import Domain
import PostgresClient
import Store

/// Decides on a group of sends, and stores what is accepted.
///
/// Either by what earlier groups have found (``assume(_:on:deadline:)``), or by looking (``look(_:on:deadline:)``). The
/// answers are in the order of the candidates, and are to be given only after the call has returned.
struct AcceptGroup {
    let candidates: [SendCandidate]
    /// Whether an earlier try may have stored them.
    let isInDoubt: Bool
    let provider: String
    let waitMax: Duration

    private let accounts: Set<String>

    init(candidates: [SendCandidate], isInDoubt: Bool, provider: String, waitMax: Duration) {
        self.candidates = candidates
        self.isInDoubt = isInDoubt
        self.provider = provider
        self.waitMax = waitMax
        accounts = Set(candidates.map(\.account))
    }

    /// What it can be decided by without looking; nil where that is not known, or an earlier try is in doubt.
    func facts(from memory: AcceptMemory) -> AcceptFacts? {
        isInDoubt ? nil : memory.facts(of: accounts, provider: provider, waitMax: waitMax, at: .now)
    }

    /// Decides by these facts and stores all of it in one statement, which confirms them under the accounts' locks: one
    /// round trip, and no lock is held across one. Entries that are there already are not looked for: the constraint refuses
    /// the group for one.
    ///
    /// - Returns: nil where nothing was stored, as a send is to be refused by the facts, or they do not hold.
    func assume(_ facts: AcceptFacts, on connection: Connection, deadline: Deadline) throws -> [SendAnswer]? {
        let verdicts = decideSends(candidates, by: facts)
        // Whoever is refused is refused by what is true, not by what was.
        guard !verdicts.contains(where: \.isRefusal) else { return nil }
        let accepted = accepted(verdicts)
        guard try connection.run(storing(accepted, facts, deadline), deadline: deadline) else { return nil }
        return answers(verdicts, entries(thatAnswer: verdicts, accepted).known)
    }

    /// Decides by what is true now, in one transaction: locks the accounts, looks where they stand, what sending costs, who
    /// has opted out and what is there already, and stores what is accepted.
    ///
    /// - Returns: nil where what was found changed meanwhile, and nothing was stored.
    func look(
        _ memory: inout AcceptMemory, on connection: Connection, deadline: Deadline
    ) throws -> [SendAnswer]? {
        let prefixes = PriceList.prefixes(of: candidates.lazy.map(\.request.recipient.digits))
        var found: LockStandings.Output?
        // Also where nothing is to be written: the locks give the transaction an id, so that its commit waits until what
        // it answers with is on the synchronous standby.
        let (given, stored) = try connection.transaction(
            deadline: deadline, first: LockStandings(accounts, prefixes: prefixes)
        ) { connection, standings -> ([SendAnswer], last: AcceptEntries?) in
            found = standings
            var facts = AcceptFacts(
                now: standings.now ?? Timestamp(microseconds: 0),
                accounts: Dictionary(standings.accounts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }),
                prices: PriceList(standings.prices), earlier: [:], provider: provider, waitMax: waitMax)
            facts.suppressed = try suppressed(standings.accounts, connection, deadline)
            facts.earlier = try earlierEntries(connection, deadline)
            let verdicts = decideSends(candidates, by: facts)
            let accepted = accepted(verdicts)
            var (entries, missing) = entries(thatAnswer: verdicts, accepted)
            if !missing.isEmpty {
                for entry in try connection.run(ReadEntries(Array(missing)), deadline: deadline) {
                    entries[entry.id] = entry
                }
            }
            return (answers(verdicts, entries), last: accepted.isEmpty ? nil : storing(accepted, facts, deadline))
        }
        if let found { memory.learn(found, prefixes: prefixes, at: .now) }
        return stored == false ? nil : given
    }

    private func accepted(_ verdicts: [AcceptVerdict]) -> [AcceptedSend] {
        verdicts.compactMap { verdict in
            if case .accept(let send) = verdict { send } else { nil }
        }
    }

    private func storing(_ sends: [AcceptedSend], _ facts: AcceptFacts, _ deadline: Deadline) -> AcceptEntries {
        let prefixes = PriceList.prefixes(of: sends.lazy.map { $0.entry.recipient.dropFirst() })
        let prices = facts.prices.prices(of: Set(sends.lazy.map(\.entry.currency)), prefixes: prefixes)
        return AcceptEntries(
            sends, prefixes: prefixes, prices: prices, now: facts.now, lockWaitMax: deadline.remaining / 2)
    }

    /// Recipients who have opted out. Asked only where an account has any: the others pay nothing for it.
    private func suppressed(
        _ standings: [AccountStanding], _ connection: Connection, _ deadline: Deadline
    ) throws(PostgresError) -> Set<SuppressionPair> {
        let accounts = Set(standings.lazy.filter(\.hasSuppressions).map(\.name))
        let pairs = Set(candidates.lazy.filter { accounts.contains($0.account) }.map(\.pair))
        return pairs.isEmpty ? [] : try connection.run(FindSuppressed(pairs), deadline: deadline)
    }

    /// Entries that are there already, by the place of the send that they answer.
    private func earlierEntries(
        _ connection: Connection, _ deadline: Deadline
    ) throws(PostgresError) -> [Int: EarlierEntry] {
        let keys = candidates.enumerated().compactMap { place, candidate in
            isInDoubt || candidate.idempotencyKey != nil
                ? (
                    ordinal: place,
                    key: RepeatKey(
                        id: isInDoubt ? candidate.id : nil, account: candidate.account, userID: candidate.userID,
                        idempotencyKey: candidate.idempotencyKey)
                ) : nil
        }
        return keys.isEmpty ? [:] : try connection.run(FindRepeats(keys), deadline: deadline)
    }

    /// The entries that repeats are answered with: those of this group, which are not stored yet, and the ids of the others.
    /// Few.
    private func entries(
        thatAnswer verdicts: [AcceptVerdict], _ accepted: [AcceptedSend]
    ) -> (known: [EntryID: EntryRecord], missing: Set<EntryID>) {
        var ids = Set(
            zip(verdicts, candidates).compactMap { verdict, candidate in
                switch verdict {
                case .repeats(let id): id
                case .stored: candidate.id
                default: nil as EntryID?
                }
            })
        guard !ids.isEmpty else { return ([:], []) }
        var entries: [EntryID: EntryRecord] = [:]
        for send in accepted where ids.remove(send.entry.id) != nil { entries[send.entry.id] = send.entry }
        return (entries, ids)
    }

    private func answers(_ verdicts: [AcceptVerdict], _ earlier: [EntryID: EntryRecord]) -> [SendAnswer] {
        zip(verdicts, candidates).map { verdict, candidate in
            switch verdict {
            case .accept(let send): .accepted(send.entry)
            case .stored: earlier[candidate.id].map(SendAnswer.accepted) ?? .unavailable
            case .repeats(let id): earlier[id].map(SendAnswer.repeated) ?? .unavailable
            case .conflict: .conflict
            case .insufficientBalance: .insufficientBalance
            case .noPrice: .noPrice
            case .suppressed: .suppressed
            case .impossible: .failed
            }
        }
    }
}
