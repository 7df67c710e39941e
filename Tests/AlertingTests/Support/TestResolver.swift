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
