import ServiceLifecycle

/// Services that do not depend on one another, all told to stop at the same time.
///
/// Services stop one after another: as single ones in ``runServices(_:readiness:grace:drainDelay:logger:)`` their waits
/// would add up, while here the longest one counts.
package struct ServiceBundle: Service {
    private let services: [any Service]

    /// Makes the bundle; ``run()`` starts them all.
    package init(_ services: [any Service]) { self.services = services }

    /// Runs until all have stopped. One that fails, or ends without being asked to, ends the others.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for service in services {
                group.addTask { try await GuardedService(service: service).run() }
            }
            // Not waitForAll(), which throws only once all have ended.
            while try await group.next() != nil {}
        }
    }
}
