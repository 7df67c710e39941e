import Domain
import PostgresClient
import Store

/// Decides on a group of sends, and stores what is accepted.
///
/// It decides either by what earlier groups found (``assume(_:clockErrorMax:on:deadline:)``), or by looking
/// (``look(_:on:deadline:)``). The answers are in the order of the candidates, and may be given only after the call has
/// returned.
struct AcceptGroup {
    let candidates: [SendCandidate]
    /// Whether an earlier try may have stored them, or may yet.
    let isInDoubt: Bool
    let provider: String
    let waitMax: Duration

    private let accounts: Set<String>
    private let prefixes: [String]

    init(candidates: [SendCandidate], isInDoubt: Bool, provider: String, waitMax: Duration) {
        self.candidates = candidates
        self.isInDoubt = isInDoubt
        self.provider = provider
        self.waitMax = waitMax
        accounts = Set(candidates.map(\.account))
        prefixes = PriceList.prefixes(of: candidates.lazy.map(\.request.recipient))
    }

    /// The facts by which it can be decided without looking; nil where they are not known, or an earlier try is in
    /// doubt.
    func facts(from cache: AcceptCache) -> AcceptFacts? {
        isInDoubt ? nil : cache.facts(of: accounts, provider: provider, waitMax: waitMax, at: .now)
    }

    /// Decides by these facts and stores the whole group in one statement, which confirms the facts under the accounts'
    /// locks. That takes one round trip, and no lock is held across one.
    ///
    /// - Returns: nil where nothing was stored, because the facts refuse a send, or do not hold.
    /// - Throws: a unique violation where an entry exists already, because nobody looked for one: nothing was stored.
    func assume(
        _ facts: AcceptFacts, clockErrorMax: Duration, on connection: Connection, deadline: Deadline
    ) throws -> [SendAnswer]? {
        let verdicts = decideSends(candidates, by: facts)
        // A refusal must be based on what is true now, not on what was true earlier.
        guard !verdicts.contains(where: \.isRefusal) else { return nil }
        let accepted = accepted(verdicts)
        let storing = storing(accepted, facts, clockErrorMax: clockErrorMax, deadline)
        guard try connection.run(storing, deadline: deadline) else { return nil }
        return answers(verdicts, entries(thatAnswer: verdicts, accepted).known)
    }

    /// Decides by what is true now, in one transaction: locks the accounts, looks where they stand, what sending costs,
    /// who has opted out and what is there already, and stores what is accepted.
    ///
    /// - Returns: nil where what was found changed meanwhile, and nothing was stored.
    func look(_ cache: inout AcceptCache, on connection: Connection, deadline: Deadline) throws -> [SendAnswer]? {
        let start = ContinuousClock.now
        let clockErrorMax = cache.clockErrorMax
        // Committed even where nothing is written: the locks give the transaction an id, so its commit waits until what
        // it answers with is on the synchronous standby.
        let (looked, stored) = try connection.transaction(
            deadline: deadline, first: LockStandings(accounts, prefixes: prefixes)
        ) { connection, found in
            let end = ContinuousClock.now
            var facts = AcceptFacts(
                now: found.now ?? Timestamp(microseconds: 0),
                accounts: Dictionary(found.accounts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }),
                prices: PriceList(found.prices), earlier: [:], provider: provider, waitMax: waitMax)
            facts.suppressed = try suppressed(found.accounts, connection, deadline)
            facts.earlier = try earlierEntries(connection, deadline)
            let verdicts = decideSends(candidates, by: facts)
            let accepted = accepted(verdicts)
            var (entries, missing) = entries(thatAnswer: verdicts, accepted)
            if !missing.isEmpty {
                for entry in try connection.run(ReadEntries(Array(missing)), deadline: deadline) {
                    entries[entry.id] = entry
                }
            }
            let last = accepted.isEmpty ? nil : storing(accepted, facts, clockErrorMax: clockErrorMax, deadline)
            return ((answers: answers(verdicts, entries), found: found, end: end), last: last)
        }
        cache.learn(looked.found, prefixes: prefixes, from: start, to: looked.end)
        return stored == false ? nil : looked.answers
    }

    private func accepted(_ verdicts: [AcceptVerdict]) -> [AcceptedSend] {
        verdicts.compactMap { verdict in
            if case .accept(let send) = verdict { send } else { nil }
        }
    }

    private func storing(
        _ sends: [AcceptedSend], _ facts: AcceptFacts, clockErrorMax: Duration, _ deadline: Deadline
    ) -> AcceptEntries {
        AcceptEntries(
            sends, prefixes: prefixes,
            prices: facts.prices.prices(of: Set(sends.lazy.map(\.entry.currency)), prefixes: prefixes), now: facts.now,
            clockErrorMax: clockErrorMax, lockWaitMax: lockWaitMax(until: deadline))
    }

    /// How long the accounts' locks may take: the last quarter is for the server's answer that they took too long.
    private func lockWaitMax(until deadline: Deadline) -> Duration { deadline.remaining * 3 / 4 }

    /// Recipients who have opted out. Looked up only where an account has any, so that the others pay nothing for it.
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

    /// The entries that repeats are answered with: those of this group, which are not stored yet, and the ids of the
    /// others. Few.
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
            // What was refused just now may still be stored by the earlier try, if that is waiting for the locks.
            case _ where isInDoubt && verdict.isRefusal: .unconfirmed
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
