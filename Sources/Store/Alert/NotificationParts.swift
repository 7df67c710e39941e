/// Pieces of the statements that turn events into notifications.
enum NotificationParts {
    /// How long a delivery is tried: the schedule of Standard Webhooks 1.0.0, "Deliverability and reliability", ends
    /// after 75:35:05, with its jitter (a tenth) after 83:09.
    static let givenUpAfter = "interval '84 hours'"

    /// What a notification of the single event `v` says, under `data`.
    ///
    /// The message's id is enough: a reader with the right to know more asks the API with it. There is no text and no
    /// phone number, because this goes to a URL that somebody typed in. What the event recorded is told as it was then;
    /// the rest is told as it is now, where the message is still failed in that cycle.
    static let singleData = """
        CASE WHEN v.kind = 'sms.failed'
             THEN v.data || jsonb_build_object('outboxId', v.subject, 'errorDetails', f.error_details,
                                               'retryCount', f.retries, 'retriesUsedUp', f.are_used_up)
             WHEN v.kind = 'sms.recovered' THEN v.data || jsonb_build_object('outboxId', v.subject)
             ELSE v.data END
        """

    /// What `singleData` needs to know about the message; `given.retries_max` is the processes' setting. Retries are
    /// counted like the entry's `retryCount`, which the API shows under the same name: over all cycles up to this one.
    /// The automatic retries are those of this cycle.
    static let failure = """
        LEFT JOIN LATERAL (
            SELECT CASE WHEN e.status = 'failed' AND e.cycle = c.number THEN e.error_details END AS error_details,
                   greatest(counted.attempts - 1, 0) AS retries,
                   counted.of_cycle > coalesce(b.max_automatic_retries, given.retries_max) AS are_used_up
            FROM (SELECT CASE WHEN v.kind = 'sms.failed' THEN v.subject::uuid END AS id,
                         (v.data ->> 'cycle')::integer AS number) AS c
            JOIN outbox.entry AS e ON e.id = c.id
            LEFT JOIN billing.account AS b ON b.name = e.account
            CROSS JOIN LATERAL (
                SELECT count(*) AS attempts, count(*) FILTER (WHERE a.cycle = c.number) AS of_cycle
                FROM outbox.attempt AS a
                WHERE a.entry_id = c.id AND a.cycle <= c.number AND a.counts AND a.state <> 'prepared'
            ) AS counted
        ) AS f ON true
        """

    /// Queues the notifications `told (id, account, kind, data)` for the endpoints that get them. A trial may name one
    /// endpoint, and reaches it whatever kinds it is set to.
    static let queued = """
        INSERT INTO queue.notification (notification_id, endpoint_id, account, due_at, give_up_at, fence)
        SELECT t.id, e.id, $1, now(), now() + \(givenUpAfter), \(LeaseSQL.firstFence)
        FROM told AS t
        JOIN alert.endpoint AS e ON e.deleted_at IS NULL AND e.disabled_at IS NULL
        WHERE (e.account = nullif($1, '') OR $1 = '' AND e.account IS NULL)
          AND CASE WHEN t.kind = 'alert.test' THEN coalesce(t.data ->> 'endpointId', e.id::text) = e.id::text
                   ELSE e.kinds = '{}' OR t.kind = ANY (e.kinds) END
        """
}
