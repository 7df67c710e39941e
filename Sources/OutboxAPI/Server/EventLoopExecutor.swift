import NIOCore

/// Runs tasks on an event loop: those of a connection stay on the thread that reads and writes its socket.
///
/// Elsewhere each request would change threads twice, and wake the other one each time.
final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
