import Domain

/// A send that waits to be decided on, with everything about it that needs no database.
///
/// A class, because it is handed from the request to the writer, to the decision and into the answer: as a struct,
/// counting references to all its texts at each hand-over showed in the API's profile.
final class SendCandidate: Sendable {
    /// The id its entry will have. The same in every try.
    let id: EntryID
    let account: String
    let userID: String
    /// The caller's key; nil where none was given.
    let idempotencyKey: String?
    let contentHash: [UInt8]
    let parts: MessageParts
    let request: SendRequest

    init(id: EntryID, account: String, userID: String, idempotencyKey: String?, request: SendRequest) {
        self.id = id
        self.account = account
        self.userID = userID
        self.idempotencyKey = idempotencyKey
        self.request = request
        contentHash = OutboxAPI.contentHash(of: request)
        parts = messageParts(request.message)
    }

    /// Who sends to whom.
    var pair: SuppressionPair { SuppressionPair(account: account, number: request.recipient.e164) }

    /// About how much memory it holds while it waits.
    var byteCount: Int {
        512 + request.message.utf8.count + request.customData.utf8.count
            + request.tags.reduce(0) { $0 + $1.utf8.count + 16 }
    }
}
