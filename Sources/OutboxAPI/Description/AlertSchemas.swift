import Alerting
import Domain

/// The schemas of alerts, beside ``DocumentSchemas``.
enum AlertSchemas {
    typealias Member = JSONValue.Member

    static var all: [Member] {
        let fields = EndpointFields(policy: DestinationPolicy())
        let marks = ReadMarkFields()
        return [
            .init("AlertsRequest", alertsRequest), .init("Alerts", alerts), .init("Endpoint", endpoint),
            .init(
                "EndpointRequest",
                Schema.request(
                    required: [fields.url.name],
                    [
                        Schema.field(fields.url, required: true),
                        Schema.field(fields.kinds, "Empty, or not given: all."),
                    ])),
            .init(
                "EndpointChange",
                Schema.request(
                    required: [],
                    [
                        Schema.field(fields.url), Schema.field(fields.kinds, "Empty: all."),
                        Schema.field(fields.disabled, "false begins anew, whyever it was disabled."),
                    ])),
            .init(
                "EndpointSecret",
                Schema.whole([
                    .init(
                        "secret",
                        Schema.text("whsec_ and base64: deliveries are signed with it (Standard Webhooks). Shown once.")
                    ),
                    .init("endpoint", Schema.reference("Endpoint")),
                ])),
            .init(
                "Done",
                Schema.whole([
                    .init("status", Schema.choice(["success"])),
                    .init("message", Schema.text("A sentence for people.")),
                ])),
            .init(
                "NotificationPage",
                Schema.whole([
                    .init("notifications", Schema.list(Schema.reference("Notification"))),
                    .init("nextCursor", Schema.nullableText("Where the next page begins; null on the last.")),
                ])),
            .init("Notification", notification),
            .init(
                "MarkRequest",
                Schema.request(
                    required: [marks.upTo.name],
                    [Schema.field(marks.upTo, required: true, "Id of the latest that is marked.")])),
            .init(
                "Marked",
                Schema.whole([
                    .init("status", Schema.choice(["success"])),
                    .init("marked", Schema.integer("How many were not marked before.")),
                ])),
        ]
    }

    private static var alertsRequest: JSONValue {
        let fields = AlertFields()
        return Schema.request(
            required: [],
            [
                Schema.field(fields.failedSMS, "Whether failed messages, and those that recover, are told."),
                Schema.field(fields.lowBalance, "Whether a balance that falls below a threshold is told."),
                Schema.field(
                    fields.thresholds,
                    "In the account's currency: each is told once whenever the balance falls below it."),
                .init(
                    AlertFields.digest,
                    inner([
                        Schema.field(fields.digestCount, "From so many events of a kind on they are told as one."),
                        Schema.field(fields.digestSeconds, "The window in which they are counted."),
                    ])),
                .init(
                    AlertFields.limits,
                    inner([
                        Schema.field(fields.maxAutomaticRetries, "null: the server's."),
                        Schema.field(fields.maxResends, "null: the server's."),
                    ])),
                Schema.field(fields.account), Schema.field(fields.channels),
            ])
    }

    /// An object within a request, which may be absent or null.
    private static func inner(_ properties: [Member]) -> JSONValue {
        Schema.object(
            .init("type", .array([.string("object"), .string("null")])), .init("additionalProperties", .bool(false)),
            .init("properties", .object(properties)))
    }

    private static var boolean: JSONValue { Schema.object(.init("type", .string("boolean"))) }

    private static var alerts: JSONValue {
        let limit = Schema.object(.init("type", .array([.string("integer"), .string("null")])))
        return Schema.whole([
            .init("account", Schema.text("The account's name.")), .init("failedSms", boolean),
            .init("lowBalance", boolean), .init("thresholds", Schema.list(Schema.number("Exact."))),
            .init(
                "digest",
                Schema.whole([
                    .init("count", Schema.integer("From so many events of a kind on they are told as one.")),
                    .init("seconds", Schema.integer("The window in which they are counted.")),
                ])),
            .init(
                "limits", Schema.whole([.init("maxAutomaticRetries", limit), .init("maxResends", limit)])),
            .init(
                "channels", Schema.whole([.init("webhooks", Schema.list(Schema.reference("Endpoint")))])),
        ])
    }

    private static var endpoint: JSONValue {
        Schema.whole([
            .init("id", Schema.text("Its id.", format: "uuid")), .init("url", Schema.text("Where it is.")),
            .init("kinds", Schema.list(Schema.choice(AlertKind.ofAccounts.map(\.rawValue)))),
            .init("disabled", boolean),
            .init(
                "disabledReason", Schema.nullableText("user, gone (it answered 410) or failing (for too long).")),
            .init("disabledAt", Schema.nullableText("Since when.", format: "date-time")),
            .init("failingSince", Schema.nullableText("First failure since a success.", format: "date-time")),
            .init(
                "previousSecretValidUntil",
                Schema.nullableText("Until when the secrets before are used, too.", format: "date-time")),
            .init("createdAt", Schema.text("When it was made.", format: "date-time")),
        ])
    }

    private static var notification: JSONValue {
        Schema.whole([
            .init("id", Schema.text("Its id, the webhook-id of its deliveries.", format: "uuid")),
            .init("type", Schema.text("Such as sms.failed.")),
            .init("eventCount", Schema.integer("Events that it tells; more than 1 is a digest.")),
            .init("data", Schema.object(.init("type", .string("object")))),
            .init("firstAt", Schema.text("When the first of them happened.", format: "date-time")),
            .init("lastAt", Schema.text("When the last of them happened.", format: "date-time")),
            .init("createdAt", Schema.text("When it was told.", format: "date-time")),
            .init("readAt", Schema.nullableText("When it was marked as read.", format: "date-time")),
        ])
    }
}
