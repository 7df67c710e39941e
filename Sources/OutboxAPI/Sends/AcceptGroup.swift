import Domain
import PostgresClient
import Store

/// One transaction for a group of sends: locks their accounts, reads what decides, decides, and stores what is
/// accepted.
struct AcceptGroup {
    let candidates: [SendCandidate]
    /// Whether an earlier try may have stored them.
    let isInDoubt: Bool
    /// Whether entries that are there already are looked for first. Where not, the constraint refuses the group for one
    /// that is: nothing is stored, and the group is to be run again, looking.
    let looksForRepeats: Bool
    let provider: String
    let waitMax: Duration

    /// Runs it; the answers are in the order of the candidates, and are to be given only after it has returned.
    func run(on connection: Connection, deadline: Deadline) throws -> [SendAnswer] {
        try connection.transaction(deadline: deadline) { connection in
            let accounts = Set(candidates.map(\.account))
            // Also where nothing is to be written: it gives the transaction an id, so that its commit waits until what
            // it answers with is on the synchronous standby.
            try connection.run(LockAccounts(accounts), deadline: deadline)
            var facts = try facts(accounts, connection, deadline)
            if looksForRepeats { facts.earlier = try earlierEntries(connection, deadline) }
            var verdicts = decideSends(candidates, by: facts)
            // What cannot be stored is no repeat of the constraint's.
            if !looksForRepeats, zip(verdicts, candidates).contains(where: { $0.isRefusal && $1.idempotencyKey != nil })
            {
                facts.earlier = try earlierEntries(connection, deadline)
                verdicts = decideSends(candidates, by: facts)
            }
            let accepted = verdicts.compactMap { verdict in
                if case .accept(let send) = verdict { send } else { nil }
            }
            if !accepted.isEmpty {
                guard try connection.run(AcceptEntries(accepted), deadline: deadline) == accepted.count else {
                    throw PostgresError(.unexpectedResult, statement: AcceptEntries.name)
                }
            }
            return answers(verdicts, try earlierEntries(verdicts, connection, deadline))
        }
    }

    private func facts(
        _ accounts: Set<String>, _ connection: Connection, _ deadline: Deadline
    ) throws(PostgresError) -> AcceptFacts {
        let (standings, now) = try connection.run(ReadAccounts(accounts), deadline: deadline)
        let prefixes = PriceList.prefixes(of: candidates.lazy.map(\.request.recipient))
        let prices = try connection.run(ReadPrices(prefixes: prefixes, accounts: accounts), deadline: deadline)
        return AcceptFacts(
            now: now ?? Timestamp(microseconds: 0),
            accounts: Dictionary(standings.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }),
            prices: PriceList(prices),
            suppressed: try suppressed(standings, connection, deadline),
            earlier: [:], provider: provider, waitMax: waitMax)
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

    /// The entries that repeats are answered with; few, and read only where there are any.
    private func earlierEntries(
        _ verdicts: [AcceptVerdict], _ connection: Connection, _ deadline: Deadline
    ) throws(PostgresError) -> [EntryID: EntryRecord] {
        let ids = zip(verdicts, candidates).compactMap { verdict, candidate in
            switch verdict {
            case .repeats(let id): id
            case .stored: candidate.id
            default: nil as EntryID?
            }
        }
        guard !ids.isEmpty else { return [:] }
        let records = try connection.run(ReadEntries(Array(Set(ids))), deadline: deadline)
        return Dictionary(records.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
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
