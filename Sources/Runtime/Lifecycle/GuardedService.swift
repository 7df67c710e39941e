import ServiceLifecycle

/// Turns an unrequested end of a service into an error, so that a process never goes on without one of its parts.
struct GuardedService: Service, CustomStringConvertible {
    let service: any Service

    var description: String { (service as? any CustomStringConvertible)?.description ?? "\(type(of: service))" }

    func run() async throws {
        try await service.run()
        guard Task.isShuttingDownGracefully || Task.isCancelled else { throw ServiceEndedEarly(service: description) }
    }
}

/// A service that returned although nobody asked it to stop.
struct ServiceEndedEarly: Error, Equatable, CustomStringConvertible {
    /// The type's name.
    var service: String

    var description: String { "\(service) ended without being asked to" }
}
