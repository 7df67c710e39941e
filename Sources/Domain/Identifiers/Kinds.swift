/// Marks ids of webhooks; has no values.
package enum WebhookKind {}
/// Marks ids of outbox entries; has no values.
package enum EntryKind {}
/// Marks ids of attempts; has no values.
package enum AttemptKind {}
/// Marks ids of notifications; has no values.
package enum NotificationKind {}
/// Marks ids of endpoints; has no values.
package enum EndpointKind {}

/// The id of a stored webhook, made at intake.
package typealias WebhookID = Identifier<WebhookKind>
/// The id of an outbox entry: what applications know as `outboxId`.
package typealias EntryID = Identifier<EntryKind>
/// The id of one attempt; it travels to the provider and comes back in the receipt.
package typealias AttemptID = Identifier<AttemptKind>
/// The id of a notification: the `webhook-id` of its deliveries.
package typealias NotificationID = Identifier<NotificationKind>
/// The id of an endpoint that notifications are delivered to.
package typealias EndpointID = Identifier<EndpointKind>
