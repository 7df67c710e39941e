import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Runtime
import ServiceLifecycle

/// The API's listener alone: reads each body under the API's bounds and answers with it, without a database. What the
/// API costs is measured against it.
package struct EchoServer: Service {
    private let server: APIServer<EchoResponder>

    /// Makes it; it listens once it runs.
    package init(listen: ListenAddress, log: Logger) {
        // The bounds of an API that is told nothing; none of its connections to Postgres is ever opened.
        var configuration = APIConfiguration(reading: SettingsReader(environment: [:], toleratesMissing: true))
        configuration.listen = listen
        server = APIServer(
            configuration: configuration,
            responder: EchoResponder(bounds: BodyBounds(timeMax: configuration.bodyTimeMax)),
            untaken: UntakenAnswers(bytesMax: configuration.untakenBytesMax), log: log,
            onListening: { _ in })
    }

    /// Answers until the process drains, and then what is under way.
    ///
    /// - Throws: ``ListenFailure`` if the address cannot be taken.
    package func run() async throws { try await server.run() }
}

/// Answers every request with its body.
private struct EchoResponder: HTTPResponder {
    let bounds: BodyBounds

    func respond(to request: Request, context: APIContext) async throws -> Response {
        do {
            let body = try await request.boundedBody(bounds)
            return Response(
                status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: body))
        } catch let problem as Problem {
            return problem.response
        }
    }
}
