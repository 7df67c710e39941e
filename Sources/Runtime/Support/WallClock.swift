import Glibc

/// The system's wall clock now, in microseconds since 1970-01-01 UTC.
public func wallClockMicroseconds() -> Int64 {
    var now = timeval()
    gettimeofday(&now, nil)
    return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_usec)
}
