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

    /// What the threads share. They do not hold the load itself: where a test fails and lets go of it, they end.
    private final class Course: Sendable {
        let record = Mutex(Record())
        let isStopped = Atomic(false)
        let ended = DispatchGroup()
    }

    private let course = Course()

    /// Starts at once.
    ///
    /// - Parameters:
    ///   - firstThread: the number in the marks of the first connection; another one for each of several loads.
    ///   - pause: of each connection between an answer and the next webhook.
    ///   - request: makes the bytes of a webhook that holds the mark.
    init(
        port: UInt16, connections: Int, firstThread: Int = 0, pause: Duration = .zero,
        request: @escaping @Sendable (String) -> [UInt8]
    ) {
        let pause = UInt32(pause / .microseconds(1))
        for thread in firstThread..<(firstThread + connections) {
            course.ended.enter()
            Thread.detachNewThread { [course] in
                Self.run(course, thread, port: port, pause: pause, request)
                course.ended.leave()
            }
        }
    }

    deinit { course.isStopped.store(true, ordering: .relaxed) }

    /// So far.
    var sofar: Record { course.record.withLock { $0 } }

    /// Stops, and waits for the last answers.
    func stop() async -> Record {
        course.isStopped.store(true, ordering: .relaxed)
        await onThread { [course] in course.ended.wait() }
        return sofar
    }

    private static func run(
        _ course: Course, _ thread: Int, port: UInt16, pause: UInt32, _ request: (String) -> [UInt8]
    ) {
        var connection: KeptConnection?
        var number = 0
        while !course.isStopped.load(ordering: .relaxed) {
            number += 1
            let mark = "mark-\(thread)-\(number)-end"
            if connection == nil { connection = KeptConnection(port: port) }
            guard let answer = connection?.exchange(request(mark)) else {
                connection = nil
                course.record.withLock { $0.broken += 1 }
                usleep(10_000)  // not a wait for anything: keeps a refused connection from being tried in a hot loop
                continue
            }
            course.record.withLock { record in
                switch answer.status {
                case 200: record.stored.append(mark)
                case 503 where answer.hasRetryAfter: record.refused += 1
                default: record.strange.append(answer.status)
                }
            }
            if answer.isLast { connection = nil }
            if pause > 0 { usleep(pause) }
        }
    }
}
