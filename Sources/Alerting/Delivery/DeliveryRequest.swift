import Domain
import NIOHTTP1
import Runtime
import Store

/// What is posted to an endpoint: everything but where to.
struct DeliveryRequest: Sendable {
    /// The headers but `Host`.
    let headers: HTTPHeaders
    /// The body.
    let body: [UInt8]

    /// The request of one try.
    ///
    /// - Parameters:
    ///   - secrets: what it is signed with, the current one first.
    ///   - now: of this try; the body is the same at all of them.
    init(id: NotificationID, content: NotificationContent, secrets: [EndpointSecret], now: Timestamp) {
        body = DeliveryBody.bytes(type: content.kind, time: content.lastAt, data: content.data)
        let seconds = now.microseconds / 1_000_000
        headers = [
            "User-Agent": "Postroom/\(postroomVersion)", "Content-Type": "application/json",
            "Content-Length": "\(body.count)", "Accept": "*/*", "Connection": "close", "webhook-id": "\(id)",
            "webhook-timestamp": "\(seconds)",
            "webhook-signature": DeliverySignature.header(
                id: "\(id)", seconds: seconds, body: body, secrets: secrets),
        ]
    }
}
