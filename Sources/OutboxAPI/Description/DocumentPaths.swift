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
                        "In place of messageId, for the same purpose. Where both are given they must be the same.")
                ],
                answers: [
                    (201, "Accepted.", "Accepted"), (200, "A repeat: the first entry.", "Accepted"),
                ], problems: [.insufficientBalance, .idempotencyConflict, .noPrice, .suppressed]),
            path(
                .resend, "Has a failed SMS sent again.", body: "ResendRequest",
                answers: [(202, "Accepted.", "Accepted")],
                problems: [
                    .insufficientBalance, .notFound, .notFailed, .outcomeUnknown, .cancelled, .suppressed, .resendCap,
                ]),
            path(
                .list, "Lists entries, newest first; a page may be short, or empty, while its nextCursor is given.",
                parameters: [
                    query(listFields.status), query(listFields.tag), query(listFields.recipient),
                    query(listFields.from, "Accepted then or later."), query(listFields.to, "Accepted before."),
                    query(
                        listFields.userID,
                        "Those of this user. Not given: all of the account for an admin key, those of its own user for any "
                            + "other, which may name no one else."),
                    query(listFields.limit, "\(ListFields.limitDefault) where it is not given."),
                    query(listFields.cursor, "nextCursor of the page before."),
                ], answers: [(200, "A page.", "EntryPage")]),
            path(
                .entry, "One entry with its attempts and their receipts.", parameters: [outboxID],
                answers: [(200, "The entry.", "EntryWithAttempts")], problems: [.notFound]),
            path(
                .cancel, "Cancels an SMS that is pending and not yet with the provider.", parameters: [outboxID],
                answers: [(200, "Cancelled, now or before.", "Accepted")],
                problems: [.notFound, .notPending, .dispatched]),
            path(
                .balance, "The account's balance.", answers: [(200, "The balance.", "Balance")]),
            path(
                .topUp, "Tops the account up; the reference makes it happen once.", body: "TopUpRequest",
                answers: [
                    (201, "Topped up.", "ToppedUp"), (200, "Topped up earlier with this reference.", "ToppedUp"),
                ], problems: [.referenceConflict]),
            path(
                .log, "Onoff's log, what came last first.",
                parameters: [query(listFields.limit), query(listFields.cursor, "nextCursor of the page before.")],
                answers: [(200, "A page.", "LogPage")]),
            path(
                .suppressions, "Lists the recipients who have opted out of the account's messages, by number.",
                parameters: [
                    query(listFields.recipient, "This one only."), query(listFields.limit),
                    query(listFields.cursor, "nextCursor of the page before."),
                ], answers: [(200, "A page.", "SuppressionPage")]),
            path(
                .suppress, "Puts a recipient on the list of those who have opted out.", body: "SuppressionRequest",
                answers: [(200, "On the list, now or before.", "SuppressionChanged")]),
            path(
                .lift, "Takes a recipient who has opted in again off the list.", body: "SuppressionRequest",
                answers: [(200, "Not on the list, now or before.", "SuppressionChanged")]),
        ] + alertOperations
    }

    private static var alertOperations: [Member] {
        let endpointID = parameter(
            "endpointId", in: "path", required: true, Schema.text("The endpoint's id.", format: "uuid"))
        let notificationID = parameter(
            "notificationId", in: "path", required: true, Schema.text("The notification's id.", format: "uuid"))
        return [
            path(
                .alerts, "What the account wants to be told, and where.", answers: [(200, "The settings.", "Alerts")]),
            path(
                .setAlerts, "Sets what the account wants to be told; what is not given stays.", body: "AlertsRequest",
                answers: [(200, "The settings as they are now.", "Alerts")]),
            path(
                .makeEndpoint, "Makes a webhook that notifications are posted to.", body: "EndpointRequest",
                answers: [(201, "Made; its secret is shown this once.", "EndpointSecret")],
                problems: [.noAlertKey, .tooManyEndpoints]),
            path(
                .changeEndpoint, "Changes a webhook; what is not given stays.", body: "EndpointChange",
                parameters: [endpointID], answers: [(200, "The webhook as it is now.", "Endpoint")],
                problems: [.notFound]),
            path(
                .deleteEndpoint, "Deletes a webhook.", parameters: [endpointID],
                answers: [(200, "Deleted.", "Done")], problems: [.notFound]),
            path(
                .rotateEndpoint, "Gives a webhook a new secret; those in use are used beside it for a day.",
                parameters: [endpointID],
                answers: [(200, "The new secret, shown this once.", "EndpointSecret")],
                problems: [.notFound, .noAlertKey, .tooManySecrets]),
            path(
                .notifications, "What the account was told, the latest first.",
                parameters: [
                    query(NotificationsHandler.unread, "true: only what nobody has marked as read."),
                    query(listFields.limit, "\(ListFields.limitDefault) where it is not given."),
                    query(listFields.cursor, "nextCursor of the page before."),
                ], answers: [(200, "A page.", "NotificationPage")]),
            path(
                .readNotification, "Marks a notification as read.", parameters: [notificationID],
                answers: [(200, "Marked, now or before.", "Marked")], problems: [.notFound]),
            path(
                .readNotifications,
                "Marks a notification and all older ones as read, at most \(MarkNotificationsRead.rowsMax) at a time.",
                body: "MarkRequest", answers: [(200, "Marked.", "Marked")],
                problems: [.notFound]),
        ]
    }
}
