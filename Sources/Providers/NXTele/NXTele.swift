import Domain

/// NXTele (NXCloud): receipts for messages we sent, and inbound SMS of its virtual numbers.
enum NXTele {
    /// Its sources and their parsers.
    static let parsers: [WebhookSource: any WebhookParser] = [
        .nxteleReceipt: NXTeleReceiptParser(),
        .nxteleInbound: NXTeleInboundParser(),
    ]
}
