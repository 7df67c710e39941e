import Foundation
import Synchronization

/// Webhooks without end, each another one, until it is stopped: who was promised what is on record.
final class Load: Sendable {
    /// What was answered so far.
    struct Record: Sendable {
        /// The marks of the webhooks that were answered 200.
        var stored: [String] = []
        /// Answers 503 with a `Retry-After`.
        var refused = 0
        /// Anything else that was answered.
        var strange: [Int] = []
        /// Connections that broke, or could not be made, before an answer.
        var broken = 0
    }

    private let record = Mutex(Record())
    private let isStopped = Atomic(false)
    private let ended = DispatchGroup()

    /// Starts at once. `request` makes the bytes of a webhook that holds the mark.
    init(port: UInt16, connections: Int, request: @escaping @Sendable (String) -> [UInt8]) {
        for thread in 0..<connections {
            ended.enter()
            Thread.detachNewThread { [self] in
                run(thread, port: port, request)
                ended.leave()
            }
        }
    }

    /// So far.
    var sofar: Record { record.withLock { $0 } }

    /// Stops, and waits for the last answers.
    func stop() async -> Record {
        isStopped.store(true, ordering: .relaxed)
        await onThread { [ended] in ended.wait() }
        return sofar
    }

    private func run(_ thread: Int, port: UInt16, _ request: (String) -> [UInt8]) {
        var connection: KeptConnection?
        var number = 0
        while !isStopped.load(ordering: .relaxed) {
            number += 1
            let mark = "mark-\(thread)-\(number)-end"
            if connection == nil { connection = KeptConnection(port: port) }
            guard let answer = connection?.exchange(request(mark)) else {
                connection = nil
                record.withLock { $0.broken += 1 }
                usleep(10_000)  // not a wait for anything: keeps a refused connection from being tried in a hot loop
                continue
            }
            record.withLock { record in
                switch answer.status {
                case 200: record.stored.append(mark)
                case 503 where answer.hasRetryAfter: record.refused += 1
                default: record.strange.append(answer.status)
                }
            }
            if answer.isLast { connection = nil }
        }
    }
}
