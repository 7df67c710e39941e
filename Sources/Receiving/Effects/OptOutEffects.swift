import Domain
import PostgresClient
import Store

/// Inbound SMS that say STOP or START: each is recorded once, at the place of its earliest copy.
///
/// It makes no difference here whether the SMS itself was new: a copy that was taken in earlier and is processed later
/// must still move the event to its true place.
enum OptOutEffects {
    /// Records those among them; a batch without any costs nothing.
    ///
    /// - Returns: how many were not known so.
    static func apply(
        _ parsed: [ParsedWebhook], on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> Int {
        var records = parsed.compactMap(SuppressionRecord.init)
        guard !records.isEmpty else { return 0 }
        records.sort(by: SuppressionRecord.isBefore)
        var unique: [SuppressionRecord] = []
        for record in records where unique.last.map({ !record.isCopy(of: $0) }) ?? true { unique.append(record) }
        return try connection.run(InsertSuppressionEvents(unique), deadline: deadline)
    }
}

extension SuppressionRecord {
    fileprivate init?(_ webhook: ParsedWebhook) {
        guard let message = webhook.optOut, let number = message.number else { return nil }
        self.init(
            pair: SuppressionPair(account: webhook.account, number: number.e164), source: .provider(webhook.provider),
            eventKey: message.eventKey, kind: message.kind, receivedAt: webhook.receivedAt, webhookID: webhook.id,
            word: message.word)
    }
}
