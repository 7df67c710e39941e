import Foundation
import TestSupport
import Testing

/// An ingress, a sandbox, APIs and messages for them, over one database; workers are the test's affair.
struct Sends: Sendable {
    let stack: Stack
    let ingress: Stack.Ingress
    private(set) var sandbox: SandboxSettings
    let apiPorts: [UInt16]
    let apis: [TestProcess]
    let messages: [SendClient.Message]
    /// Where the owner connects, past whatever may be wrong between the processes and Postgres.
    let ownerURL: String
    let seed: UInt64

    /// Starts them.
    ///
    /// - Parameters:
    ///   - direct: where a role connects past whatever may be wrong between the processes and Postgres.
    ///   - script: of the sandbox.
    init(
        _ stack: Stack, direct: (String) -> String, count: Int, script: String, apiCount: Int = 1, seed: UInt64
    ) async throws {
        self.stack = stack
        self.seed = seed
        ownerURL = direct("postgres")
        messages = try await makeMessages(stack, url: direct("postroom_operator"), count: count)
        ingress = try await stack.ingress()
        sandbox = SandboxSettings(
            port: try freePort(), log: "\(stack.folder)/accepted.jsonl", seed: seed, script: script)
        _ = try await stack.sandbox(sandbox, ingressPort: ingress.port)
        var ports: [UInt16] = []
        var processes: [TestProcess] = []
        for _ in 0..<apiCount {
            ports.append(try freePort())
            processes.append(try await stack.api(port: ports[ports.count - 1]))
        }
        apiPorts = ports
        apis = processes
    }

    /// The same with another provider for the workers that are started from now on.
    func with(sandbox: SandboxSettings) -> Sends {
        var others = self
        others.sandbox = sandbox
        return others
    }

    /// Starts a send worker, in a hurry.
    func worker(_ environment: [String: String] = [:]) async throws -> TestProcess {
        let settings = Hurry.environment.merging(["POSTROOM_UNCLEAR_DEADLINE": "20s"]) { first, _ in first }
        return try await stack.sendWorker(
            sandbox: sandbox, environment: settings.merging(environment) { _, given in given })
    }

    /// Hands messages in until each has its answer.
    func send(_ messages: some Sequence<SendClient.Message>) async -> [SendClient.Answer] {
        await SendClient(ports: apiPorts, connections: 8).send(Array(messages))
    }

    /// What the sandbox has accepted so far.
    func accepted() -> [Accepted] {
        let data = FileManager.default.contents(atPath: sandbox.log) ?? Data()
        // A line without its end is still being written.
        let whole = data[..<((data.lastIndex(of: UInt8(ascii: "\n")) ?? data.startIndex))]
        return whole.split(separator: UInt8(ascii: "\n")).compactMap {
            try? JSONDecoder().decode(Accepted.self, from: $0)
        }
    }

    /// Waits until all is over, and expects that each message was sent exactly once, whatever there was between.
    func expectEachSentOnce(_ answers: [SendClient.Answer], within limit: Duration = .seconds(150)) async throws {
        let owner = Watch(ownerURL)
        try await expectOver(owner, within: limit)
        let facts = try await expectSentOnce(answers, messages, owner, sandbox, seed: seed)
        let wrong = facts.acceptances.filter { $0.value.count != 1 }
        #expect(wrong.isEmpty && facts.acceptances.count == facts.entries.count, "\(wrong)")
        // Nothing was wrong with the messages, so nothing was given up.
        #expect(facts.entries.allSatisfy { $0.status == "sent" })
        await owner.close()
    }
}

/// Runs the body with sends over a database of the shared server.
func withSends(
    count: Int, script: String, _ body: (Sends, TestDatabase) async throws -> Void
) async throws {
    try await withStack { stack, database in
        let sends = try await Sends(
            stack, direct: { database.url(user: $0) }, count: count, script: script, seed: testSeed("test"))
        try await body(sends, database)
    }
}
