/// Marks ids of webhooks; has no values.
public enum WebhookKind {}
/// Marks ids of outbox entries; has no values.
public enum EntryKind {}
/// Marks ids of attempts; has no values.
public enum AttemptKind {}
/// Marks ids of notifications; has no values.
public enum NotificationKind {}
/// Marks ids of endpoints; has no values.
public enum EndpointKind {}

/// The id of a stored webhook, made at intake.
public typealias WebhookID = Identifier<WebhookKind>
/// The id of an outbox entry: what applications know as `outboxId`.
public typealias EntryID = Identifier<EntryKind>
/// The id of one attempt; it travels to the provider and comes back in the receipt.
public typealias AttemptID = Identifier<AttemptKind>
/// The id of a notification: the `webhook-id` of its deliveries.
public typealias NotificationID = Identifier<NotificationKind>
/// The id of an endpoint that notifications are delivered to.
public typealias EndpointID = Identifier<EndpointKind>
