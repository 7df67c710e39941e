import Glibc

/// Runs an actor's jobs one after the other on a thread of its own, so that its blocking calls stay off the shared
/// pool.
///
/// The thread ends, after the jobs it holds, with the last reference to the executor.
public final class ThreadExecutor: SerialExecutor {
    private let loop: Loop

    /// Starts the thread.
    public init() {
        let loop = Loop()
        self.loop = loop
        DetachedThread.start { loop.run() }
    }

    deinit { loop.stop() }

    /// Queues one job.
    public func enqueue(_ job: consuming ExecutorJob) {
        loop.add(UnownedJob(job), for: asUnownedSerialExecutor())
    }

    /// The thread's queue. Guarded by the mutex; a condition variable needs the POSIX one, Synchronization has none.
    private final class Loop: @unchecked Sendable {
        private var jobs: [(UnownedJob, UnownedSerialExecutor)] = []
        private var isStopped = false
        private let mutex: UnsafeMutablePointer<pthread_mutex_t> = .allocate(capacity: 1)
        private let condition: UnsafeMutablePointer<pthread_cond_t> = .allocate(capacity: 1)

        init() {
            pthread_mutex_init(mutex, nil)
            pthread_cond_init(condition, nil)
        }

        deinit {
            pthread_mutex_destroy(mutex)
            pthread_cond_destroy(condition)
            mutex.deallocate()
            condition.deallocate()
        }

        /// Wakes the thread before the lock is given back: after that the job may run, and with it the last reference to
        /// the executor and this object may go. Whoever queues a job holds none.
        func add(_ job: UnownedJob, for executor: UnownedSerialExecutor) {
            pthread_mutex_lock(mutex)
            jobs.append((job, executor))
            pthread_cond_signal(condition)
            pthread_mutex_unlock(mutex)
        }

        func stop() {
            pthread_mutex_lock(mutex)
            isStopped = true
            pthread_cond_signal(condition)
            pthread_mutex_unlock(mutex)
        }

        func run() {
            var batch: [(UnownedJob, UnownedSerialExecutor)] = []
            while true {
                pthread_mutex_lock(mutex)
                while jobs.isEmpty, !isStopped { pthread_cond_wait(condition, mutex) }
                swap(&batch, &jobs)
                pthread_mutex_unlock(mutex)
                if batch.isEmpty { return }
                for (job, executor) in batch { job.runSynchronously(on: executor) }
                batch.removeAll(keepingCapacity: true)
            }
        }
    }
}
