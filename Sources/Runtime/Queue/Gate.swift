import Glibc

/// A mutex and a condition whose waits go by the monotonic clock.
///
/// NIO's `ConditionLock` waits until a moment of the wall clock: if the clock steps back an hour, a writer that nothing
/// wakes, such as one that checks whether Postgres is back, would wait an hour longer.
@usableFromInline final class Gate: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t> = .allocate(capacity: 1)
    private let condition: UnsafeMutablePointer<pthread_cond_t> = .allocate(capacity: 1)

    @usableFromInline init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    @usableFromInline func lock() { pthread_mutex_lock(mutex) }

    @usableFromInline func unlock() { pthread_mutex_unlock(mutex) }

    /// Wakes the waiting thread; at most one waits.
    @usableFromInline func signal() { pthread_cond_signal(condition) }

    /// Call with the lock held: releases it, waits until woken, for whatever reason, and takes it again.
    ///
    /// - Parameter end: of ``end(of:)``.
    /// - Returns: false where the time was up.
    @usableFromInline func wait(until end: Int64) -> Bool {
        var time = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
        return pthread_cond_timedwait(condition, mutex, &time) != ETIMEDOUT
    }

    /// The moment after this time, in nanoseconds of the monotonic clock.
    @usableFromInline static func end(of timeout: Duration) -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) + Int64(timeout / .nanoseconds(1))
    }
}
