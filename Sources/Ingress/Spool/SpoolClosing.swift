import Logging
import ServiceLifecycle

/// A service that reports at the end of an ingress that its spool is empty, if it is: list it first, so that it ends
/// last.
///
/// A spool that falls silent without this may hold anything, because it cannot report what it takes while Postgres is
/// away.
struct SpoolClosing: Service {
    /// How long it may take; the drain leaves a little more than this of the grace to whatever ends after it.
    static let timeMax = Duration.seconds(1)

    private let spool: Spool
    private let log: Logger
    private let report: @Sendable () async throws -> Void

    /// Makes one that reports with a closure.
    init(_ spool: Spool, log: Logger, report: @escaping @Sendable () async throws -> Void) {
        self.spool = spool
        self.log = log
        self.report = report
    }

    /// Waits for the end. Never throws.
    func run() async {
        do { try await gracefulShutdown() } catch { return }
        guard spool.ledger.isEmpty else { return }
        do {
            try await report()
        } catch {
            log.notice("Postgres could not be told that the spool is empty", metadata: ["error": "\(error)"])
        }
    }
}
