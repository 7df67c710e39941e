import Runtime
import Synchronization

@testable import Alerting

/// Answers what it is told, another thing each time, and the last for ever.
final class TestResolver: HostResolver {
    private let answers: [[String]]
    private let asked = Mutex(0)

    init(_ answers: [String]...) { self.answers = answers }

    /// How often it was asked.
    var count: Int { asked.withLock { $0 } }

    func addresses(of name: String) async throws -> [IPAddress] {
        let number = asked.withLock { asked in
            asked += 1
            return asked
        }
        guard !answers.isEmpty else { throw ResolverFailure() }
        return answers[min(number, answers.count) - 1].compactMap { IPAddress($0) }
    }
}

/// What happened, in order.
final class Events: Sendable {
    private let events = Mutex<[String]>([])

    var all: [String] { events.withLock { $0 } }

    func add(_ event: String) { events.withLock { $0.append(event) } }
}

/// Answers once it is released, as a resolver whose servers are silent does at last.
final class HeldResolver: HostResolver {
    private let events: Events
    private let released: AsyncStream<Void>
    private let releasing: AsyncStream<Void>.Continuation

    init(events: Events) {
        self.events = events
        (released, releasing) = AsyncStream.makeStream()
    }

    func release() { releasing.finish() }

    func addresses(of name: String) async throws -> [IPAddress] {
        // Of a task of its own: nobody can stop a question.
        await Task { [released] in for await _ in released {} }.value
        events.add("answered")
        throw ResolverFailure()
    }
}
