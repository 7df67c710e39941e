import Glibc

/// Lets a suspect be parsed while nothing else of its process is, so that a death can be blamed on nothing else.
///
/// Ordinary batches pass side by side. A suspect waits for those inside, and is not overtaken. `@unchecked Sendable`:
/// the lock is made to be shared.
final class ParsingGate: @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_rwlock_t>

    init() {
        lock = .allocate(capacity: 1)
        var attributes = pthread_rwlockattr_t()
        pthread_rwlockattr_init(&attributes)
        // Otherwise a suspect would have to wait for a moment without any batch, which may never come under load.
        pthread_rwlockattr_setkind_np(&attributes, Int32(PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP))
        pthread_rwlock_init(lock, &attributes)
        pthread_rwlockattr_destroy(&attributes)
    }

    deinit {
        pthread_rwlock_destroy(lock)
        lock.deallocate()
    }

    /// Runs the body beside others, or alone. Must not be nested. Blocks the thread for as long as one batch is parsed.
    func pass<Value>(alone: Bool, _ body: () -> Value) -> Value {
        if alone { pthread_rwlock_wrlock(lock) } else { pthread_rwlock_rdlock(lock) }
        defer { pthread_rwlock_unlock(lock) }
        return body()
    }
}
