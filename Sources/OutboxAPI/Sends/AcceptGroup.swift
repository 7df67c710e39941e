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
        // Also where nothing is to be written: the locks give the transaction an id, so that its commit waits until what
        // it answers with is on the synchronous standby.
        let locks = LockStandings(
            Set(candidates.map(\.account)),
            prefixes: PriceList.prefixes(of: candidates.lazy.map(\.request.recipient)))
        return try connection.transaction(deadline: deadline, first: locks) {
            connection, standings -> ([SendAnswer], last: AcceptEntries?) in
            var facts = facts(standings)
            facts.suppressed = try suppressed(standings.accounts, connection, deadline)
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
            let earlier = try earlierEntries(verdicts, accepted, connection, deadline)
            return (answers(verdicts, earlier), last: accepted.isEmpty ? nil : AcceptEntries(accepted))
        }.0
    }

    private func facts(_ standings: LockStandings.Output) -> AcceptFacts {
        AcceptFacts(
            now: standings.now ?? Timestamp(microseconds: 0),
            accounts: Dictionary(standings.accounts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }),
            prices: PriceList(standings.prices), earlier: [:], provider: provider, waitMax: waitMax)
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

    /// The entries that repeats are answered with; few, and read only where there are any. Those of this group are not
    /// stored yet.
    private func earlierEntries(
        _ verdicts: [AcceptVerdict], _ accepted: [AcceptedSend], _ connection: Connection, _ deadline: Deadline
    ) throws(PostgresError) -> [EntryID: EntryRecord] {
        var ids = Set(
            zip(verdicts, candidates).compactMap { verdict, candidate in
                switch verdict {
                case .repeats(let id): id
                case .stored: candidate.id
                default: nil as EntryID?
                }
            })
        guard !ids.isEmpty else { return [:] }
        var entries: [EntryID: EntryRecord] = [:]
        for send in accepted where ids.remove(send.entry.id) != nil { entries[send.entry.id] = send.entry }
        if !ids.isEmpty {
            for entry in try connection.run(ReadEntries(Array(ids)), deadline: deadline) { entries[entry.id] = entry }
        }
        return entries
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
