import Domain
import Glibc

extension Timestamp {
    /// Now, by the system's wall clock. Costs one call that stays in user space.
    package static var now: Timestamp {
        var time = timeval()
        gettimeofday(&time, nil)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_usec))
    }
}
