import Domain

/// The schemas of requests: the rules that they are read by.
enum RequestSchemas {
    static var all: [JSONValue.Member] {
        [
            .init("SendRequest", sendRequest), .init("ResendRequest", resendRequest),
            .init("TopUpRequest", topUpRequest), .init("SuppressionRequest", suppressionRequest),
        ]
    }

    private static var sendRequest: JSONValue {
        let fields = SendFields(clock: { Timestamp(microseconds: 0) })
        return Schema.request(
            required: [fields.recipient.name, fields.message.name, fields.senderID.name],
            [
                Schema.field(fields.recipient, required: true),
                Schema.field(
                    fields.message, required: true,
                    "Measured in Unicode's composed form (NFC). At most \(MessageRule.marksInARowMax) combining marks in a "
                        + "row."),
                Schema.field(fields.senderID, required: true),
                Schema.field(
                    fields.userID,
                    "For whom it is sent: the key's own user where not given. Only an admin key may name another."),
                Schema.field(
                    fields.messageID,
                    "The caller's own id: with one, the message is sent once, however often this is repeated."),
                Schema.field(fields.messageName, "The caller's name for this kind of message."),
                Schema.field(fields.schedule),
                Schema.field(fields.validity, "Not sent after; failed as expired instead."),
                Schema.field(fields.priority, "normal where it is not given."), Schema.field(fields.tags),
                Schema.field(
                    fields.customData,
                    "Given back with the same names and values; their order, and how a number is written (1.0e1 as 10, -0.0 "
                        + "as 0.0), may differ."),
            ])
    }

    private static var resendRequest: JSONValue {
        let fields = ResendFields()
        return Schema.request(
            required: [fields.outboxID.name],
            [
                Schema.field(fields.outboxID, required: true),
                Schema.field(fields.allowDuplicate, "Also where the recipient may have got it already."),
            ])
    }

    private static var topUpRequest: JSONValue {
        let fields = TopUpFields()
        return Schema.request(
            required: [fields.amount.name],
            [
                Schema.field(fields.amount, required: true),
                Schema.field(fields.reference, "Makes the top-up happen once."),
            ])
    }

    private static var suppressionRequest: JSONValue {
        let fields = SuppressionFields()
        return Schema.request(
            required: [fields.recipient.name],
            [
                Schema.field(fields.recipient, required: true),
                Schema.field(fields.note, "Why; kept on record."),
            ])
    }
}
