import PostgresClient
import TestSupport
import Testing

@Suite struct `A thread executor` {
    /// Whoever queues a job keeps nothing alive: the executor may be gone before `enqueue` has returned. What is touched
    /// then only an optimised build with AddressSanitizer shows (`-c release --sanitize=address`).
    @Test func `may end with the job that was queued last`() async {
        let done = await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    var done = 0
                    for _ in 0..<100 {
                        let thread = OwnThread()
                        // Two callers, so that the thread is awake as the last job comes.
                        async let first = thread.run { 1 }
                        async let second = thread.run { 1 }
                        done += await first + second
                    }
                    return done
                }
            }
            return await group.reduce(0, +)
        }
        #expect(done == 1_600)
    }
}
