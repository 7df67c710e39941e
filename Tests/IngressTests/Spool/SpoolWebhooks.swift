import Domain
import Foundation
import NIOCore
import NIOEmbedded
import Synchronization
import TestSupport

@testable import Ingress

/// Webhooks as the spool's tests need them, and a folder for each test.
enum SpoolWebhooks {
    /// A webhook of this number; all of its fields follow from number and seed.
    static func make(_ number: Int, bodyBytes: Int = 40, seed: UInt64 = 1) -> IncomingWebhook {
        var generator = SeededGenerator(seed: seed &+ UInt64(number) &* 7_919)
        let body = (0..<bodyBytes).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return IncomingWebhook(
            id: WebhookID(
                at: Timestamp(microseconds: 1_800_000_000_000_000 + Int64(number) * 1_000),
                random: (generator.next(), generator.next())),
            source: .onoffSMS, account: "shop \(number % 3)", method: number.isMultiple(of: 2) ? "POST" : "GET",
            path: Array("/v1/onoff/sms".utf8), query: number.isMultiple(of: 5) ? [0, 0x20, 0xFF] : [],
            contentType: number.isMultiple(of: 3) ? nil : Array("application/json".utf8),
            headers: Array("user-agent: test\r\n".utf8), body: ByteBuffer(bytes: body), remoteAddress: "192.0.2.1")
    }

    /// The bytes of a segment with these.
    static func segment(_ webhooks: [IncomingWebhook], marker: UInt64 = 0x1122_3344_5566_7788) -> [UInt8] {
        var bytes: [UInt8] = []
        SegmentFormat.appendHeader(marker: marker, to: &bytes)
        for webhook in webhooks {
            SegmentFormat.appendRecord(marker: marker, to: &bytes) { webhook.appendPayload(to: &$0) }
        }
        return bytes
    }

    /// Reads a file's bytes through, as the drain does.
    static func read(_ bytes: [UInt8]) throws -> (webhooks: [IncomingWebhook], torn: Int, damaged: Int) {
        try withSpoolFolder { folder in
            let path = "\(folder)/bytes"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let reader = try SegmentReader(path: path)
            var webhooks: [IncomingWebhook] = []
            while let webhook = try reader.next() { webhooks.append(webhook) }
            return (webhooks, reader.tornBytes, reader.damagedBytes)
        }
    }
}

/// Runs a test with a folder of its own.
func withSpoolFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path = FileManager.default.temporaryDirectory.path + "/spool-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
}

/// The same for a body that waits.
func withSpoolFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let path = FileManager.default.temporaryDirectory.path + "/spool-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

extension IncomingWebhook {
    /// Every field, for comparisons.
    var everything: String {
        "\(id) \(receivedAt) \(source) \(account) \(method) \(path) \(query) \(contentType ?? []) "
            + "\(contentType == nil) \(headers) \(Array(body.readableBytesView)) \(remoteAddress)"
    }
}

/// Takes submissions to the spool and remembers the answers.
final class Answers: Sendable {
    private let loop = NIOAsyncTestingEventLoop()
    private let answered = Mutex<[(id: WebhookID, outcome: StoreOutcome)]>([])

    /// What was answered 200 so far.
    var stored: Set<WebhookID> { answered.withLock { Set($0.filter { $0.outcome == .stored }.map(\.id)) } }
    /// Those that have an answer, in the order of the answers.
    var inOrder: [WebhookID] { answered.withLock { $0.map(\.id) } }
    /// How many have an answer.
    var count: Int { answered.withLock { $0.count } }

    /// A submission that is answered here.
    func submission(_ webhook: IncomingWebhook) -> Submission {
        let id = Box(webhook.id)
        return Submission(webhook: webhook, eventLoop: loop) { [self] outcome in
            answered.withLock { $0.append((id.value, outcome)) }
        }
    }

    /// Lets the event loop do what it was asked to.
    func run() async { await loop.run() }

    private final class Box: Sendable {
        let value: WebhookID
        init(_ value: WebhookID) { self.value = value }
    }
}
