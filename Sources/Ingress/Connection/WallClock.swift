import Domain
import Glibc

/// The clock on the wall, as ids need it.
enum WallClock {
    /// Now. Costs one call that stays in user space.
    static func now() -> Timestamp {
        var time = timeval()
        gettimeofday(&time, nil)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_usec))
    }
}
