import Domain
import PostgresClient
import Store

/// Applies parsed webhooks to the tables, within the caller's transaction.
///
/// Every worker writes the kinds in this order and, within a kind, in the order of keys, whosever events they are, so
/// that there are no deadlocks.
enum WebhookEffects {
    /// Applies the events; `timeZone` is the zone of the providers' local times.
    static func apply(
        _ parsed: [ParsedWebhook], timeZone: String, on connection: Connection, deadline: Deadline
    ) throws(PostgresError) -> EffectReport {
        var receipts: [(index: Int, record: ReceiptRecord)] = []
        var logs: [(index: Int, record: LogRecord<SMSLogEvent>)] = []
        var others: [(index: Int, record: LogRecord<OtherEvent>)] = []
        var inbound: [(index: Int, record: LogRecord<InboundMessage>)] = []
        for (index, webhook) in parsed.enumerated() {
            switch webhook.event {
            case .receipt(let receipt, let key, let hash):
                receipts.append(
                    (
                        index,
                        ReceiptRecord(
                            receipt: receipt, key: key, contentHash: hash, provider: webhook.provider,
                            origin: ReceiptOrigin(
                                account: webhook.account, webhookID: webhook.id, receivedAt: webhook.receivedAt),
                            match: nil)
                    ))
            case .smsLog(let event): logs.append((index, webhook.record(event)))
            case .otherEvent(let event): others.append((index, webhook.record(event)))
            case .inbound(let message): inbound.append((index, webhook.record(message)))
            }
        }
        var effects = [EventEffect](repeating: .new, count: parsed.count)
        let report = try ReceiptEffects.apply(
            receipts.map(\.record), timeZone: timeZone, on: connection, deadline: deadline)
        for (one, effect) in zip(receipts, report.effects) { effects[one.index] = effect }
        let ofLogs = try LogEffects.apply(logs.map(\.record), on: connection, deadline: deadline)
        for (one, effect) in zip(logs, ofLogs) { effects[one.index] = effect }
        let ofOthers = try LogEffects.apply(others.map(\.record), on: connection, deadline: deadline)
        for (one, effect) in zip(others, ofOthers) { effects[one.index] = effect }
        let ofInbound = try LogEffects.apply(inbound.map(\.record), on: connection, deadline: deadline)
        for (one, effect) in zip(inbound, ofInbound) { effects[one.index] = effect }
        let optOuts = try OptOutEffects.apply(parsed, on: connection, deadline: deadline)
        return EffectReport(effects: effects, changes: report.changes, optOuts: optOuts)
    }
}

extension ParsedWebhook {
    func record<Event>(_ event: Event) -> LogRecord<Event> {
        LogRecord(event, provider: provider, account: account, webhookID: id, receivedAt: receivedAt)
    }
}
