import Store

/// The paths of ``OpenAPIDocument``: what each route takes and answers.
enum DocumentPaths {
    typealias Member = JSONValue.Member

    private static let listFields = ListFields()

    /// The paths, each once with all of its methods.
    static var all: [Member] {
        var merged: [Member] = []
        for path in operations {
            guard let index = merged.firstIndex(where: { $0.name == path.name }),
                case .object(let before) = merged[index].value, case .object(let more) = path.value
            else {
                merged.append(path)
                continue
            }
            merged[index] = .init(path.name, .object(before + more))
        }
        return merged
    }

    private static var operations: [Member] {
        let outboxID = parameter(
            "outboxId", in: "path", required: true, Schema.text("The entry's id.", format: "uuid"))
        return [
            path(
                .send, "Sends an SMS.", body: "SendRequest",
                parameters: [
                    parameter(
                        SendFields.keyHeader, in: "header", required: false, .object(SendFields.key.schema),
                        "Instead of messageId: makes the request happen once.")
                ],
                answers: [
                    (201, "Accepted.", "Accepted"), (200, "A repeat: the first entry.", "Accepted"),
                ], problems: [400, 401, 402, 403, 408, 409, 413, 415, 422, 503]),
            path(
                .resend, "Has a failed SMS sent again.", body: "ResendRequest",
                answers: [(202, "Accepted.", "Accepted")],
                problems: [400, 401, 402, 403, 404, 408, 409, 413, 415, 422, 429, 503]),
            path(
                .list, "Lists entries, newest first; a page may be short, or empty, while its nextCursor is given.",
                parameters: [
                    query(listFields.status), query(listFields.tag), query(listFields.recipient),
                    query(listFields.from, "Accepted then or later."), query(listFields.to, "Accepted before."),
                    query(listFields.userID, "Of this user; another than the key's own takes an admin key."),
                    query(listFields.limit, "\(ListFields.limitDefault) where it is not given."),
                    query(listFields.cursor, "nextCursor of the page before."),
                ], answers: [(200, "A page.", "EntryPage")], problems: [401, 403, 422, 503]),
            path(
                .entry, "One entry with its attempts and their receipts.", parameters: [outboxID],
                answers: [(200, "The entry.", "EntryWithAttempts")], problems: [401, 403, 404, 503]),
            path(
                .cancel, "Cancels an SMS that is pending and not yet with the provider.", parameters: [outboxID],
                answers: [(200, "Cancelled, now or before.", "Accepted")], problems: [401, 403, 404, 409, 503]),
            path(
                .balance, "The account's balance.", answers: [(200, "The balance.", "Balance")],
                problems: [401, 403, 503]),
            path(
                .topUp, "Tops the account up; the reference makes it happen once.", body: "TopUpRequest",
                answers: [
                    (201, "Topped up.", "ToppedUp"), (200, "Topped up earlier with this reference.", "ToppedUp"),
                ], problems: [400, 401, 403, 408, 409, 413, 415, 422, 503]),
            path(
                .log, "Onoff's log, what came last first.",
                parameters: [query(listFields.limit), query(listFields.cursor, "nextCursor of the page before.")],
                answers: [(200, "A page.", "LogPage")], problems: [401, 403, 422, 503]),
            path(
                .suppressions, "Lists the recipients who have opted out of the account's messages, by number.",
                parameters: [
                    query(listFields.recipient, "This one only."), query(listFields.limit),
                    query(listFields.cursor, "nextCursor of the page before."),
                ], answers: [(200, "A page.", "SuppressionPage")], problems: [401, 403, 422, 503]),
            path(
                .suppress, "Puts a recipient on the list of those who have opted out.", body: "SuppressionRequest",
                answers: [(200, "On the list, now or before.", "SuppressionChanged")],
                problems: [400, 401, 403, 408, 413, 415, 422, 503]),
            path(
                .lift, "Takes a recipient who has opted in again off the list.", body: "SuppressionRequest",
                answers: [(200, "Not on the list, now or before.", "SuppressionChanged")],
                problems: [400, 401, 403, 408, 413, 415, 422, 503]),
        ] + alertOperations
    }

    private static var alertOperations: [Member] {
        let endpointID = parameter(
            "endpointId", in: "path", required: true, Schema.text("The endpoint's id.", format: "uuid"))
        let notificationID = parameter(
            "notificationId", in: "path", required: true, Schema.text("The notification's id.", format: "uuid"))
        return [
            path(
                .alerts, "What the account wants to be told, and where.", answers: [(200, "The settings.", "Alerts")],
                problems: [401, 403, 503]),
            path(
                .setAlerts, "Sets what the account wants to be told; what is not given stays.", body: "AlertsRequest",
                answers: [(200, "The settings as they are now.", "Alerts")],
                problems: [400, 401, 403, 408, 413, 415, 422, 503]),
            path(
                .makeEndpoint, "Makes a webhook that notifications are posted to.", body: "EndpointRequest",
                answers: [(201, "Made; its secret is shown this once.", "EndpointSecret")],
                problems: [400, 401, 403, 408, 409, 413, 415, 422, 503]),
            path(
                .changeEndpoint, "Changes a webhook; what is not given stays.", body: "EndpointChange",
                parameters: [endpointID], answers: [(200, "The webhook as it is now.", "Endpoint")],
                problems: [400, 401, 403, 404, 408, 413, 415, 422, 503]),
            path(
                .deleteEndpoint, "Deletes a webhook.", parameters: [endpointID],
                answers: [(200, "Deleted.", "Done")], problems: [401, 403, 404, 503]),
            path(
                .rotateEndpoint, "Gives a webhook a new secret; those in use are used beside it for a day.",
                parameters: [endpointID],
                answers: [(200, "The new secret, shown this once.", "EndpointSecret")],
                problems: [401, 403, 404, 409, 503]),
            path(
                .notifications, "What the account was told, the latest first.",
                parameters: [
                    query(NotificationsHandler.unread, "true: only what nobody has marked as read."),
                    query(listFields.limit, "\(ListFields.limitDefault) where it is not given."),
                    query(listFields.cursor, "nextCursor of the page before."),
                ], answers: [(200, "A page.", "NotificationPage")], problems: [401, 403, 422, 503]),
            path(
                .readNotification, "Marks a notification as read.", parameters: [notificationID],
                answers: [(200, "Marked, now or before.", "Marked")], problems: [401, 403, 404, 503]),
            path(
                .readNotifications,
                "Marks a notification and all older ones as read, at most \(MarkNotificationsRead.rowsMax) at a time.",
                body: "MarkRequest", answers: [(200, "Marked.", "Marked")],
                problems: [400, 401, 403, 404, 408, 413, 415, 422, 503]),
        ]
    }
}
