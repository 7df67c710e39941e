import ServiceLifecycle

extension PendingQueue {
    /// Runs the writer, which ends when the queue is closed and empty. Cancelling and the graceful shutdown close it, so
    /// that what still waits is written.
    package func run(writer: () async -> Void) async {
        await withTaskCancellationOrGracefulShutdownHandler {
            await writer()
        } onCancelOrGracefulShutdown: {
            self.close()
        }
    }
}
