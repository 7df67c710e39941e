import UnixSignals

/// Runs the work and cancels it at the first SIGINT or SIGTERM; the work cleans up and returns or throws.
func untilStopSignal(_ work: @escaping @Sendable () async throws -> Void) async throws {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
            try await work()
            return true
        }
        group.addTask {
            for await _ in signals { return false }
            return false
        }
        if try await group.next() == false {
            Terminal.printError("Stopping.")
            group.cancelAll()
            do { while try await group.next() != nil {} } catch is CancellationError {}
        }
        group.cancelAll()
    }
}
