import TestSupport
import Testing

/// What is known of sends when all is over.
struct SendFacts {
    var entries: [EntryFact]
    /// By id.
    var attempts: [String: AttemptFact]
    /// What the sandbox accepted, by entry.
    var acceptances: [String: [Accepted]]
}

/// Messages of three accounts: one with money enough, one that pays later, one that can pay for a tenth of its own.
///
/// - Parameter url: where the operator connects.
func makeMessages(_ stack: Stack, url: String, count: Int) async throws -> [SendClient.Message] {
    let command = Command(stack.processes, url: url, binaries: stack.binaries)
    var keys: [String] = []
    for (account, kind) in [("rich", "prepaid"), ("later", "postpaid"), ("poor", "prepaid")] {
        let made = try await command.run("account", "create", account, "--kind", kind, "--currency", "USD")
        #expect(made.end == "exit code 0", "\(made.text)")
        let key = try await command.run("key", "create", "--account", account, "--user", "u", "--scope", "send")
        #expect(key.end == "exit code 0", "\(key.text)")
        let word = key.text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("postroom_") }
        keys.append(String(try #require(word)))
    }
    for arguments in [
        ["price", "set", "+", "0.05", "--currency", "USD"],
        ["account", "topup", "rich", "10000", "--reference", "1"],
        ["account", "topup", "poor", "\(Double(max(1, count / 30)) * 0.05)", "--reference", "1"],
    ] {
        let done = try await command.run(arguments)
        #expect(done.end == "exit code 0", "\(done.text)")
    }
    return (0..<count).map { number in
        SendClient.Message(
            key: keys[number % 3], messageID: "storm-\(number)", phone: "+4915\(100_000_000 + number)",
            text: "Your code is \(number).")
    }
}

/// Waits until nothing is left to be done.
func expectOver(_ owner: Watch, within limit: Duration) async throws {
    do {
        try await eventually(within: limit, every: .milliseconds(100)) { try await owner.run(CountOpenWork()) == 0 }
    } catch let failure as TestSupportFailure {
        throw TestSupportFailure("\(failure): open are \(try await owner.run(ReadOpenWork()))")
    }
}

/// That every message had one definite answer, that those taken are exactly the entries, each once, and that each entry
/// says, and costs, what the provider's own log says. How often each was accepted is the caller's to judge.
func expectSentOnce(
    _ answers: [SendClient.Answer], _ messages: [SendClient.Message], _ owner: Watch, _ sandbox: SandboxSettings,
    seed: UInt64
) async throws -> SendFacts {
    let entries = try await owner.run(ReadEntryFacts())
    let attempts = try await owner.run(ReadAttemptFacts())
    let byID = Dictionary(attempts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let log = try Accepted.read(sandbox.log)
    var acceptances: [String: [Accepted]] = [:]
    for one in log {
        let attempt = try #require(byID[one.ext], "seed \(seed): an acceptance of no attempt of ours")
        acceptances[attempt.entryID, default: []].append(one)
    }

    let taken = answers.compactMap { [200, 201].contains($0.status) ? $0.outboxID : nil }
    #expect(Set(taken) == Set(entries.map(\.id)) && taken.count == entries.count)
    let refused = answers.filter { $0.status == 402 }
    #expect(taken.count + refused.count == messages.count, "\(Set(answers.map(\.status)))")

    for entry in entries {
        let accepted = acceptances[entry.id] ?? []
        let isDelivered = accepted.contains(where: \.isDelivered)
        let story =
            "seed \(seed): entry \(entry.id) \(entry.status)/\(entry.deliveryState), accepted: \(accepted)"
        #expect((entry.status == "sent") == isDelivered, "\(story)")
        #expect(entry.status != "pending", "\(story)")
        #expect(entry.totalCost == (accepted.isEmpty ? "0" : "0.05"), "\(story) costs \(entry.totalCost)")
        #expect(entry.ledger == entry.totalCost, "\(story) ledger \(entry.ledger)")
    }
    let counted = Dictionary(grouping: attempts.filter(\.counts), by: \.entryID)
    // The send and three automatic retries.
    #expect(counted.values.allSatisfy { $0.count <= 4 })
    #expect(try await owner.run(ReadLedgerFaults()) == [])
    return SendFacts(entries: entries, attempts: byID, acceptances: acceptances)
}
