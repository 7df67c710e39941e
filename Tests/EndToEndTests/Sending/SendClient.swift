import Foundation
import Synchronization

/// Sends each of many messages through several APIs until each has a definite answer, as an application should: where
/// the connection breaks, or the answer is 502, 503 or 504, the same message with the same `messageId` goes out again.
struct SendClient: Sendable {
    /// One message.
    struct Message: Sendable {
        var key: String
        var messageID: String
        var phone: String
        var text: String
    }

    /// What was answered in the end.
    struct Answer: Sendable, Equatable {
        var status: Int
        var body: String

        /// The outbox id in it.
        var outboxID: String? {
            guard let start = body.range(of: "\"outboxId\":\"")?.upperBound,
                let end = body[start...].firstIndex(of: "\"")
            else { return nil }
            return String(body[start..<end])
        }
    }

    /// A number that threads count up.
    final class Retries: Sendable {
        private let number = Atomic(0)
        var total: Int { number.load(ordering: .relaxed) }
        func count() { number.add(1, ordering: .relaxed) }
    }

    let ports: [UInt16]
    let connections: Int
    /// How often a message was sent once more.
    let retries = Retries()
    /// Tries of one message at most.
    static let triesMax = 3_000

    /// The answer to each, in the order given.
    func send(_ messages: [Message]) async -> [Answer] {
        let job = Job(client: self, messages: messages)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<connections {
                group.addTask { await onThread { job.run(from: number) } }
            }
        }
        return job.answers
    }

    /// The messages of one call, of which each thread takes the next.
    private final class Job: Sendable {
        private let client: SendClient
        private let messages: [Message]
        private let next = Atomic(0)
        private let answered: Mutex<[Answer]>

        init(client: SendClient, messages: [Message]) {
            self.client = client
            self.messages = messages
            answered = Mutex([Answer](repeating: Answer(status: 0, body: ""), count: messages.count))
        }

        var answers: [Answer] { answered.withLock { $0 } }

        func run(from number: Int) {
            var connection: KeptConnection?
            var turn = number
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < messages.count else { return }
                let answer = client.send(messages[index], &connection, &turn)
                answered.withLock { $0[index] = answer }
            }
        }
    }

    fileprivate func send(_ message: Message, _ connection: inout KeptConnection?, _ turn: inout Int) -> Answer {
        let request = Self.request(message)
        for _ in 0..<Self.triesMax {
            if connection == nil { connection = KeptConnection(port: ports[turn % ports.count]) }
            if let answer = connection?.exchange(request), ![502, 503, 504].contains(answer.status) {
                if answer.isLast { connection = nil }
                return Answer(status: answer.status, body: answer.body)
            }
            connection = nil
            turn += 1
            retries.count()
            // A killed API is away for a while: what an application would do, too. Nothing is decided by how long.
            usleep(20_000)
        }
        return Answer(status: 0, body: "no answer")
    }

    static func request(_ message: Message) -> [UInt8] {
        let body = """
            {"recipientPhoneNumber":"\(message.phone)","message":"\(message.text)","senderId":"POSTROOM",\
            "messageId":"\(message.messageID)"}
            """
        return Access.request(
            "POST", Array("/api/sms/send".utf8),
            headers: [("Authorization", "Bearer \(message.key)"), ("Content-Type", "application/json")],
            body: Array(body.utf8))
    }
}
