import AsyncHTTPClient
import Domain
import Providers
import Runtime
import Synchronization

/// The calls of a send worker and nothing else: concurrent tasks that post the same forms by AsyncHTTPClient, one after
/// another. What the worker costs is measured against it.
final class BareSender: Sendable {
    /// How long a call may take, in seconds: the send worker's default.
    private static let timeoutSeconds: Int64 = 30

    private let client: HTTPClient
    private let url: String
    private let sender: NXTeleSender
    private let next = Atomic<Int32>(0)

    /// Makes one; ``close()`` ends it.
    init(port: UInt16, concurrency: Int) {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = concurrency
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        url = "http://127.0.0.1:\(port)"
        sender = NXTeleSender(NXTeleAccess(appKey: BenchBed.providerKey, secretKey: BenchBed.providerKey))
    }

    /// Closes the connections.
    func close() async throws { try await client.shutdown() }

    /// Makes this many calls. Returns calls a second.
    func run(calls: Int32, concurrency: Int) async throws -> Double {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<concurrency {
                group.addTask {
                    while true {
                        let number = self.next.add(1, ordering: .relaxed).newValue
                        guard number <= calls else { return }
                        try await self.call(number)
                    }
                }
            }
            try await group.waitForAll()
        }
        let (seconds, attoseconds) = start.duration(to: .now).components
        return Double(calls) / max(Double(seconds) + Double(attoseconds) * 1e-18, 0.001)
    }

    private func call(_ number: Int32) async throws {
        let response = try await client.execute(request(number), timeout: .seconds(Self.timeoutSeconds))
        _ = try await response.body.collect(upTo: ReplyLimits.bodyBytesMax)
        guard response.status == .ok else { throw CommandFailure("The sandbox answered \(response.status.code).") }
    }

    /// The call for the message that `GenerateSends` makes of the same number.
    private func request(_ number: Int32) throws -> HTTPClientRequest {
        guard let recipient = PhoneNumber(e164: "+628\(1_000_000_000 + Int64(number))") else {
            throw CommandFailure("There are not so many numbers.")
        }
        let now = Timestamp.now
        let call = sender.send(
            OutgoingMessage(
                attemptID: .new(at: now), recipient: recipient,
                text: "Your code is \(number). Never tell it to anybody.",
                senderID: "POSTROOM"),
            at: now)
        var request = HTTPClientRequest(url: url + call.path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: call.contentType)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        request.body = .bytes(call.body)
        return request
    }
}
