import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The listener on which a process reports on itself: `GET` (or `HEAD`) `/healthz`, `/readyz`,
/// `/metrics`.
///
/// List it first among the services: then it answers from the start until all others have stopped.
struct AdminServer: Service {
    /// The most connections at a time; further ones wait.
    static let connectionsMax = 64
    /// A connection that sends and gets nothing is closed after this time.
    static let idleTimeout = Duration.seconds(30)
    /// How long an answer under way may take once the process stops.
    static let drainTimeMax = Duration.seconds(1)

    private let address: ListenAddress
    private let readiness: Readiness
    private let metrics: PrometheusMetrics
    private let logger: Logger
    private let onListening: @Sendable (ListenAddress) -> Void

    /// Makes the listener; it binds when it is run.
    ///
    /// - Parameters:
    ///   - address: Where to listen; port 0 takes a free one.
    ///   - readiness: What `/readyz` answers by.
    ///   - metrics: What `/metrics` shows.
    ///   - logger: Told the address once it listens.
    ///   - onListening: Called once with the address it listens on.
    init(
        address: ListenAddress, readiness: Readiness, metrics: PrometheusMetrics, logger: Logger,
        onListening: @escaping @Sendable (ListenAddress) -> Void = { _ in }
    ) {
        self.address = address
        self.readiness = readiness
        self.metrics = metrics
        self.logger = logger
        self.onListening = onListening
    }

    /// Answers until the process has drained.
    ///
    /// - Throws: ``ListenFailure`` if the address cannot be taken.
    func run() async throws {
        try await serveHTTP(
            router.buildResponder(),
            by: .http1(configuration: .init(idleTimeout: .nanoseconds(Self.idleTimeout.nanoseconds))), at: address,
            connectionsMax: Self.connectionsMax, drainTimeMax: Self.drainTimeMax, logger: logger
        ) { bound in
            logger.info("admin listener is up", metadata: ["address": "\(bound)"])
            onListening(bound)
        }
    }

    private var router: Router<BasicRequestContext> {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.get("healthz") { _, _ in Self.answer(.ok, "ok\n") }
        router.get("readyz") { [readiness] _, _ in
            let obstacles = readiness.obstacles
            guard obstacles.isEmpty else {
                return Self.answer(.serviceUnavailable, "not ready: \(obstacles.joined(separator: ", "))\n")
            }
            let remarks = readiness.remarks
            return Self.answer(.ok, remarks.isEmpty ? "ready\n" : "ready: \(remarks.joined(separator: "; "))\n")
        }
        router.get("metrics") { [metrics] _, _ in
            Self.answer(.ok, metrics.render(), contentType: PrometheusText.contentType)
        }
        // A path that is there is not called unknown because of the method.
        for path: RouterPath in ["healthz", "readyz", "metrics"] {
            for method: HTTPRequest.Method in [.post, .put, .patch, .delete, .options] {
                router.on(path, method: method) { _, _ in
                    var answer = Self.answer(.methodNotAllowed, "method not allowed\n")
                    answer.headers[.allow] = "GET, HEAD"
                    return answer
                }
            }
        }
        return router
    }

    private static func answer(
        _ status: HTTPResponse.Status, _ text: String, contentType: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: contentType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
