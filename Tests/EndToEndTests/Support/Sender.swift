import Foundation
import Synchronization

/// Sends each of many requests exactly once, over kept-alive connections to several ingresses at once.
struct Sender: Sendable {
    /// Where to, taken in turn by the connections.
    let ports: [UInt16]
    /// Connections, each with a thread of its own.
    let connections: Int

    /// The status of each request in the order given; 0 where the connection broke before an answer.
    func send(_ requests: [[UInt8]]) async -> [Int] {
        let job = Job(requests)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<connections {
                let port = ports[number % ports.count]
                group.addTask { await onThread { job.run(port: port) } }
            }
        }
        return job.statuses
    }
}

/// The requests of one call, of which each thread takes the next.
private final class Job: Sendable {
    private let requests: [[UInt8]]
    private let next = Atomic(0)
    private let answered: Mutex<[Int]>

    init(_ requests: [[UInt8]]) {
        self.requests = requests
        answered = Mutex([Int](repeating: 0, count: requests.count))
    }

    var statuses: [Int] { answered.withLock { $0 } }

    func run(port: UInt16) {
        var connection: KeptConnection?
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < requests.count else { return }
            if connection == nil { connection = KeptConnection(port: port) }
            guard let answer = connection?.exchange(requests[index]) else {
                connection = nil
                continue
            }
            answered.withLock { $0[index] = answer.status }
            if answer.isLast { connection = nil }
        }
    }
}

/// Runs a body that blocks on a thread that may.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: body()) }
    }
}
