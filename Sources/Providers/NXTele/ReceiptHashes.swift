import Crypto
import Domain

extension WebhookEvent {
    /// A receipt with its dedupe key and content hash, made from decoded values only: every encoding of one receipt,
    /// and the record query's answer too, comes out the same.
    static func receipt(
        messageID: String, phone: String, status: String, reportedTime: String, content: ReceiptContent
    ) -> WebhookEvent {
        let receipt = Receipt(
            messageID: messageID, phone: phone, status: status, reportedTime: reportedTime, content: content)
        let identity = ReceiptKey.canonicalBytes(of: receipt)
        let key = ReceiptKey(reportedTime: LocalTime(reportedTime), digest: SHA256.hash(data: identity))
        var whole = CanonicalTexts(after: identity)
        whole.append(content.price?.description)
        whole.append(content.size.map(String.init))
        whole.append(content.rate?.description)
        whole.append(content.currency)
        whole.append(content.result)
        whole.append(content.submittedTime)
        whole.append(content.ext)
        return .receipt(receipt, key: key, contentHash: ContentHash.of(whole.bytes))
    }
}
