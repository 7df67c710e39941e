import CLibpq
import Glibc

/// Waits on a connection's socket with a deadline.
enum Socket {
    enum Readiness { case ready, deadlinePassed, failed }

    static func wait(
        _ connection: OpaquePointer?, forReading: Bool, forWriting: Bool, until deadline: Deadline
    ) -> Readiness {
        let descriptor = PQsocket(connection)
        guard descriptor >= 0 else { return .failed }
        var events: Int16 = 0
        if forReading { events |= Int16(POLLIN) }
        if forWriting { events |= Int16(POLLOUT) }
        while true {
            var one = pollfd(fd: descriptor, events: events, revents: 0)
            let result = poll(&one, 1, deadline.pollMilliseconds)
            if result > 0 { return .ready }
            if result == 0 { return .deadlinePassed }
            if errno != EINTR { return .failed }
            if deadline.hasPassed { return .deadlinePassed }
        }
    }
}
