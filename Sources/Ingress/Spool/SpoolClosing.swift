import Logging
import ServiceLifecycle

/// Says at the end of an ingress that its spool is empty, where it is, as a service: list it first, so that it ends last.
///
/// A spool that falls silent without this may hold anything: while Postgres is away nobody can be told what it takes.
struct SpoolClosing: Service {
    /// How long it may take: of the grace, the drain leaves a little more to whatever ends after it.
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
