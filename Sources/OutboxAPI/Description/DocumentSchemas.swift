import Domain
import Store

/// The schemas of answers.
enum DocumentSchemas {
    typealias Member = JSONValue.Member

    static var all: [Member] {
        [
            .init("Entry", Schema.whole(entry)),
            .init(
                "EntryWithAttempts",
                Schema.whole(entry + [.init("attempts", Schema.list(Schema.reference("Attempt")))])),
            .init("Attempt", Schema.whole(attempt)), .init("Receipt", Schema.whole(receipt)),
            .init("Accepted", accepted),
            .init("EntryPage", page("outbox", "Entry", next: entryPageNext)), .init("LogPage", page("log", "LogEntry")),
            .init("LogEntry", Schema.whole(logEntry)), .init("Balance", Schema.whole(balance)),
            .init("ToppedUp", Schema.whole(success + balance)),
            .init("SuppressionPage", page("suppressions", "Suppression")),
            .init("Suppression", Schema.whole(suppression)),
            .init("SuppressionChanged", Schema.whole(success + suppressionChanged)), .init("Problem", problem),
        ]
    }

    private static var suppression: [Member] {
        [
            .init(SendFields.recipientName, Schema.text("E.164 with +.")),
            .init("since", Schema.text("When the latest wish not to be sent to came in.", format: "date-time")),
            .init("source", Schema.choice(SuppressionSource.all.map(\.name))),
            .init("word", Schema.nullableText("The word of the SMS, as it was compared.")),
            .init("actor", Schema.nullableText("The user of the key, or the operator, who entered it.")),
            .init("note", Schema.nullableText("Why, where it was entered.")),
        ]
    }

    private static var suppressionChanged: [Member] {
        [
            .init(SendFields.recipientName, Schema.text("E.164 with +.")),
            .init("suppressed", Schema.object(.init("type", .string("boolean")))),
        ]
    }

    private static var entry: [Member] {
        [
            .init("outboxId", Schema.text("The entry's id.", format: "uuid")),
            .init("userId", Schema.text("Whom it was sent for.")),
            .init("recipientPhoneNumber", Schema.text("E.164 with +.")),
            .init("message", Schema.text("The text as sent.")),
            .init("senderId", Schema.text("The sender shown.")),
            .init("messageId", Schema.nullableText("The caller's own id.")),
            .init("messageName", Schema.nullableText("The caller's name for this kind of message.")),
            .init("smsUnitsUsed", Schema.integer("Parts that the text takes.")),
            .init("costPerUnit", Schema.number("Price of one part, exact.")),
            .init("totalCost", Schema.number("What is owed now, exact.")),
            .init("currency", Schema.text("ISO 4217.")),
            .init("encoding", Schema.choice(MessageEncoding.allCases.map(\.rawValue))),
            .init("status", Schema.choice(EntryStatus.allCases.map(\.rawValue))),
            .init("deliveryState", Schema.choice(DeliveryState.allCases.map(\.rawValue))),
            .init(
                "timestamps",
                Schema.whole(
                    [.init("createdAt", Schema.text("When it was accepted.", format: "date-time"))]
                        + [
                            ("scheduledAt", "Not sent before."), ("validUntil", "Not sent after."),
                            ("lastAttemptAt", "The latest hand-over to the provider."),
                            ("sentAt", "When the provider took it."), ("deliveredAt", "When it was delivered."),
                            ("cancelledAt", "When it was cancelled."),
                            ("expiredAt", "When it was found past its validity."),
                        ].map { .init($0.0, Schema.nullableText($0.1, format: "date-time")) })),
            .init("retryCount", Schema.integer("Attempts that count, less one.")),
            .init("errorDetails", Schema.nullableText("Why it failed.")),
            .init("priority", Schema.choice(SendPriority.allCases.map(\.rawValue))),
            .init("provider", Schema.text("Who sends it.")),
            .init("tags", Schema.list(Schema.text("A tag."))),
            .init("customData", Schema.object(.init("type", .string("object")))),
        ]
    }

    private static var attempt: [Member] {
        [
            .init("attemptId", Schema.text("Its own id.", format: "uuid")),
            .init("cycle", Schema.integer("0 = the send, 1 = the first resend, and so on.")),
            .init("number", Schema.integer("1, 2, … within the cycle.")),
            .init("provider", Schema.text("Who was called.")),
            .init(
                "state", Schema.choice(AttemptState.allCases.map(\.rawValue))),
            .init("counts", Schema.object(.init("type", .string("boolean")))),
            .init("providerMessageId", Schema.nullableText("The provider's id.")),
            .init("providerCode", Schema.nullableText("The provider's result code.")),
            .init("preparedAt", Schema.text("When it was written down.", format: "date-time")),
            .init("dispatchedAt", Schema.nullableText("When it was handed over.", format: "date-time")),
            .init("settledAt", Schema.nullableText("When its outcome was known.", format: "date-time")),
            .init("deadlinePassedAt", Schema.nullableText("When waiting for it ended.", format: "date-time")),
            .init("receipts", Schema.list(Schema.reference("Receipt"))),
        ]
    }

    private static var receipt: [Member] {
        [
            .init("source", Schema.choice(ReceiptSource.allCases.map(\.rawValue))),
            .init("receivedAt", Schema.text("When it came.", format: "date-time")),
            .init("status", Schema.text("The provider's status.")),
            .init("result", Schema.text("The provider's word for it.")),
            .init("reportedTime", Schema.text("The provider's local time, as written.")),
            .init(
                "clockAheadMilliseconds",
                Schema.object(
                    .init("type", .array([.string("integer"), .string("null")])),
                    .init(
                        "description",
                        .string("How far the provider's clock was observed to be ahead of UTC, its zone included.")))),
            .init("price", Schema.object(.init("type", .array([.string("number"), .string("null")])))),
            .init("size", Schema.object(.init("type", .array([.string("integer"), .string("null")])))),
            .init("currency", Schema.nullableText("Of price and charge, as written.")),
            .init("rate", Schema.object(.init("type", .array([.string("number"), .string("null")])))),
            .init("charge", Schema.object(.init("type", .array([.string("number"), .string("null")])))),
        ]
    }

    private static var success: [Member] {
        [.init("status", Schema.choice(["success"])), .init("message", Schema.text("A sentence for people."))]
    }

    private static var accepted: JSONValue {
        Schema.whole(
            success + [
                .init("outboxId", Schema.text("The entry's id.", format: "uuid")),
                .init("outbox", Schema.reference("Entry")),
            ])
    }

    private static func page(
        _ name: String, _ item: String, next: String = "Where the next page begins; null on the last."
    ) -> JSONValue {
        Schema.whole([
            .init(name, Schema.list(Schema.reference(item))), .init("nextCursor", Schema.nullableText(next)),
        ])
    }

    private static let entryPageNext =
        "Where the next page begins; null on the last, and only there. A page may be short, or empty, while this is given: "
        + "what was looked for was not found in the time that a request has. Go on until it is null."

    private static var logEntry: [Member] {
        [
            .init("eventId", Schema.text("Onoff's id.")), .init("direction", Schema.text("SENT or RECEIVED.")),
            .init("userName", Schema.text("The user.")), .init("userEmail", Schema.text("The user's address.")),
            .init("userNumber", Schema.text("The user's number.")),
            .init("externalNumber", Schema.text("The other party's number.")),
            .init("externalName", Schema.nullableText("The other party.")),
            .init("externalEmail", Schema.nullableText("The other party's address.")),
            .init("occurredAt", Schema.nullableText("When it was sent or received.", format: "date-time")),
            .init("receivedAt", Schema.text("When we heard of it.", format: "date-time")),
            .init("body", Schema.text("The text.")),
        ]
    }

    private static var balance: [Member] {
        [
            .init("account", Schema.text("The account's name.")),
            .init("kind", Schema.choice(AccountKind.allCases.map(\.rawValue))),
            .init("currency", Schema.text("ISO 4217.")),
            .init("balance", Schema.number("Exact; below 0 where it owes.")),
        ]
    }

    private static var problem: JSONValue {
        Schema.object(
            .init("type", .string("object")),
            .init("required", .array(["type", "title", "status", "detail"].map { .string($0) })),
            .init(
                "properties",
                Schema.object(
                    .init("type", Schema.choice(Problem.Kind.allCases.map(\.rawValue))),
                    .init("title", Schema.text("The kind in words.")),
                    .init("status", Schema.integer("The status of the answer.")),
                    .init("detail", Schema.text("What to do.")),
                    .init(
                        "errors",
                        Schema.list(
                            Schema.whole([
                                .init("field", Schema.text("The field's name.")),
                                .init("detail", Schema.text("What it must be.")),
                            ]))))))
    }
}
