import CLibpq

extension Connection {
    /// How often a wait looks whether it was cancelled.
    private static let cancelLookInterval = Duration.milliseconds(500)

    /// Sends what libpq holds to be sent.
    func flush(_ name: String, commits: Bool, deadline: Deadline) throws(PostgresError) {
        while true {
            switch PQflush(connection) {
            case 0: return
            case 1:
                // A server that talks without end and reads nothing always leaves something to be read.
                if deadline.hasPassed { throw overdue(name, commits: commits) }
                try awaitSocket(name, commits: commits, forWriting: true, deadline: deadline)
            default: throw broken(.connectionLost, name, commits: commits)
            }
        }
    }

    /// Waits until the next result can be had without blocking.
    func awaitAnswer(_ name: String, commits: Bool, deadline: Deadline) throws(PostgresError) {
        while PQisBusy(connection) == 1 {
            // What has arrived is taken even after the deadline, but an endless answer is cut off.
            let isOver = deadline.hasPassed
            try awaitSocket(name, commits: commits, forWriting: false, deadline: deadline)
            if isOver, PQisBusy(connection) == 1 { throw overdue(name, commits: commits) }
        }
    }

    private func awaitSocket(
        _ name: String, commits: Bool, forWriting: Bool, deadline: Deadline
    ) throws(PostgresError) {
        while true {
            let end = canceller.answerDeadline.map { min($0, deadline) } ?? deadline
            let look = min(end, .in(Self.cancelLookInterval))
            switch Socket.wait(connection, forReading: true, forWriting: forWriting, until: look) {
            case .ready:
                if PQconsumeInput(connection) == 0 { throw broken(.connectionLost, name, commits: commits) }
                return
            case .deadlinePassed:
                if end.hasPassed { throw overdue(name, commits: commits) }
            case .failed: throw broken(.connectionLost, name, commits: commits)
            }
        }
    }
}
