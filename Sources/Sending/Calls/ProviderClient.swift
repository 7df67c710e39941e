import AsyncHTTPClient
import Domain
import NIOCore
import Providers
import Runtime

/// Makes calls to a provider over kept-alive connections: no redirects, no proxies, every wait bounded.
struct ProviderClient: Sendable {
    /// How long a connection may be idle. Shorter than what servers allow, so that a call does not meet a connection
    /// that is just being closed, and end unclear.
    static let idleTimeout = TimeAmount.seconds(4)
    /// How long the body of an answer that began in time may take when the call's time is over.
    static let lateBodyTimeMax = TimeAmount.seconds(1)
    /// How long connecting may take.
    static let connectTimeoutMax = Duration.seconds(5)

    private let http: HTTPClient
    private let url: String

    /// Makes a client; ``shutDown()`` ends it.
    init(url: String, callsMax: Int, timeout: Duration) {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .nanoseconds(min(timeout, Self.connectTimeoutMax).nanoseconds)
        configuration.timeout.read = .nanoseconds(timeout.nanoseconds)
        configuration.connectionPool.idleTimeout = Self.idleTimeout
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = callsMax
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.url = url
    }

    /// Closes the connections.
    func shutDown() async throws { try await http.shutdown() }

    /// Makes a call and reads the whole reply.
    ///
    /// - Parameters:
    ///   - gate: asked just before the body is written; nil for a call that may be made at any time.
    ///   - timeout: of all of it.
    /// - Throws: what failed; whether anything was written is the gate's to say.
    func reply(
        to call: ProviderCall, gate: CallGate? = nil, timeout: Duration, bodyBytesMax: Int = ReplyLimits.bodyBytesMax
    ) async throws -> ProviderReply {
        let deadline = NIODeadline.now() + .nanoseconds(timeout.nanoseconds)
        var request = HTTPClientRequest(url: url + call.path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: call.contentType)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        if let gate {
            request.body = .stream(
                GatedBody(bytes: call.body, gate: gate), length: .known(Int64(call.body.count)))
        } else {
            request.body = .bytes(ByteBuffer(bytes: call.body))
        }
        let response = try await http.execute(request, deadline: deadline)
        // The client bounds only the time until the head. Once the head is here the rest is worth reading: if this
        // process stood still past the deadline, the whole answer may lie in the socket, and it is evidence.
        let body = try await bytes(
            of: response.body, upTo: bodyBytesMax, by: max(deadline, .now() + Self.lateBodyTimeMax))
        let now = Timestamp.now
        return ProviderReply(
            status: Int(response.status.code),
            retryAfter: response.headers["retry-after"].first.flatMap { retryAfter($0, now: now) }, body: body)
    }

    /// Reads a body, in a task that is cancelled at the deadline.
    private func bytes(
        of body: HTTPClientResponse.Body, upTo bytesMax: Int, by deadline: NIODeadline
    ) async throws -> [UInt8] {
        let reading = Task {
            var bytes: [UInt8] = []
            for try await part in body {
                guard bytes.count + part.readableBytes <= bytesMax else { throw ReplyTooLarge() }
                bytes.append(contentsOf: part.readableBytesView)
            }
            // The end of a sequence that was cancelled is not the end of the body.
            try Task.checkCancellation()
            return bytes
        }
        // Not Task.sleep: when cancelled, it leaves its timer running for as long as it would have slept.
        let timer = http.eventLoopGroup.any().scheduleTask(deadline: deadline) { reading.cancel() }
        defer { timer.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await reading.value
            } onCancel: {
                reading.cancel()
            }
        } catch  where NIODeadline.now() >= deadline {
            throw ReplyTooSlow()
        }
    }
}

/// The reply's body was longer than any that has a meaning.
struct ReplyTooLarge: Error {}
/// The reply began in time and did not end in time.
struct ReplyTooSlow: Error {}
