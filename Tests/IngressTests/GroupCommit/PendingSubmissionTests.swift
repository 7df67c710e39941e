import Domain
import NIOCore
import NIOEmbedded
import Testing

@testable import Ingress

/// What a webhook that waits counts as, by which the memory of all that wait is bounded.
struct PendingSubmissionTests {
    @Test(arguments: [0, 1, 65_536]) func `it is all that the webhook holds`(bytes: Int) {
        let webhook = IncomingWebhook(
            id: WebhookID(rawValue: 1), source: .onoffSMS, account: "a", method: "POST", path: [], query: [],
            contentType: nil, headers: [], body: ByteBuffer(repeating: 0x61, count: bytes), remoteAddress: "")
        let item = PendingSubmission(
            submission: Submission(webhook: webhook, eventLoop: EmbeddedEventLoop()) { _ in },
            deadline: .in(.seconds(60)))
        #expect(item.byteCount == webhook.byteCount && item.byteCount >= bytes)
    }
}
