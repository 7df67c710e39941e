import Domain
import PostgresClient
import Runtime
import Store

/// The other half of `postroom up`: a few SMS go out to the sandbox provider, and each is followed from pending to its
/// end.
struct SendingShow: Sendable {
    /// What the sandbox is told to do with one message.
    private struct Act {
        /// For a person.
        let name: String
        let phone: String
        /// The sandbox's script while it is sent.
        let script: String
        /// The script from its first refusal on, where it differs.
        var afterwards: String?
    }

    /// How long one message may take to its end.
    static let followTimeout = Duration.seconds(30)

    let apiPort: UInt16
    let sandboxPort: UInt16
    /// The API key of the run.
    let key: String
    let pool: ConnectionPool

    private static let calm = "delay=200ms,receipt-delay=400ms"
    private static let acts = [
        Act(name: "an ordinary one", phone: "+6281234500001", script: calm),
        Act(name: "one whose phone is off", phone: "+6281234500002", script: calm + ",undelivered=1"),
        Act(
            name: "one that the provider refuses at first (code 88)", phone: "+6281234500003",
            script: calm + ",code:88=1", afterwards: calm),
        Act(name: "one with a forbidden word (code 4)", phone: "+6281234500004", script: calm + ",code:4=1"),
    ]

    /// Sends each of them and prints every state it goes through, with the time since it was sent.
    func run() async throws {
        Terminal.print("\nSMS through the outbox, one by one, to a provider in a sandbox:")
        for (place, act) in Self.acts.enumerated() {
            try await tellSandbox(act.script)
            let id = try await send(act, number: place + 1)
            Terminal.print("  \(act.name): POST /api/sms/send -> 201")
            try await follow(id, act)
        }
        try await tellSandbox(Self.calm)
    }

    private func tellSandbox(_ script: String) async throws {
        let request = RawHTTP.request("POST", Array("/sandbox/script".utf8), body: Array(script.utf8))
        let port = sandboxPort
        guard let answer = await offPool({ RawHTTP.send(request, port: port) }), answer.status == 200 else {
            throw CommandFailure("The sandbox provider did not take its script.")
        }
    }

    private func send(_ act: Act, number: Int) async throws -> EntryID {
        let body = """
            {"recipientPhoneNumber":"\(act.phone)","message":"Your code is 12345\(number).","senderId":"POSTROOM",\
            "messageId":"up-\(number)-\(UInt32.random(in: .min ... .max))"}
            """
        let request = RawHTTP.request(
            "POST", Array("/api/sms/send".utf8),
            headers: [("Authorization", "Bearer \(key)"), ("Content-Type", "application/json")], body: Array(body.utf8))
        let port = apiPort
        guard let answer = await offPool({ RawHTTP.send(request, port: port) }), answer.status == 201,
            let start = answer.body.range(of: "\"outboxId\":\"")?.upperBound,
            let id = EntryID(answer.body[start...].prefix { $0 != "\"" })
        else { throw CommandFailure("The API did not take an SMS.") }
        return id
    }

    /// Prints each state once, until the entry is no longer pending.
    private func follow(_ id: EntryID, _ act: Act) async throws {
        let start = ContinuousClock.now
        var seen: EntryLook?
        var isPending = true
        var afterwards = act.afterwards
        while isPending {
            let elapsed = start.duration(to: .now)
            guard elapsed < Self.followTimeout else {
                throw CommandFailure("An SMS did not come to its end within 30 s.")
            }
            guard let look = try await pool.run(LookAtEntry(id), timeout: .seconds(10)) else {
                throw CommandFailure("An entry has disappeared.")
            }
            if look != seen {
                let milliseconds =
                    elapsed.components.seconds * 1_000 + elapsed.components.attoseconds / 1_000_000_000_000_000
                let state = "\(look.status.rawValue)/\(look.deliveryState.rawValue)"
                let details = look.details.map { "  \($0)" } ?? ""
                Terminal.print(
                    "    \("\(milliseconds) ms".padded(to: 10))\(state.padded(to: 22))attempts \(look.attempts)\(details)"
                )
                seen = look
            }
            if look.attempts > 0, look.deliveryState == .queued, let script = afterwards {
                try await tellSandbox(script)
                afterwards = nil
            }
            isPending = look.status == .pending
            if isPending { try await Task.sleep(for: .milliseconds(10)) }
        }
    }
}
