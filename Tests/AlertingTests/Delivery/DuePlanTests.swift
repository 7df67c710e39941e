import Store
import Testing

@Suite struct `The plan of what is due` {
    /// Statistics of a queue that holds one endpoint's deliveries, all of them made since; then many of another's.
    @Test func `counts an endpoint's deliveries by that endpoint's index`() async throws {
        try await withDeliveries { bed in
            try await bed.database.sql(
                """
                ALTER TABLE queue.notification SET (autovacuum_enabled = off);
                SET session_replication_role = replica;  -- without the notifications themselves
                INSERT INTO queue.notification (notification_id, endpoint_id, account, due_at, give_up_at)
                SELECT gen_random_uuid(), '00000000-0000-0000-0000-0000000000aa', 'a', now() - interval '1 hour',
                       now() + interval '4 days'
                FROM generate_series(1, 20000);
                ANALYZE queue.notification;
                DELETE FROM queue.notification;
                INSERT INTO queue.notification (notification_id, endpoint_id, account, due_at, give_up_at)
                SELECT gen_random_uuid(), '00000000-0000-0000-0000-0000000000bb', 'b', now() - interval '2 hours',
                       now() + interval '4 days'
                FROM generate_series(1, 20000)
                """)
            let plan = try await bed.database.plan(
                of: ReadDueEndpoints.sql, "uuid, integer, integer", "'00000000-0000-0000-0000-000000000000', 128, 64",
                as: "postroom_alert_worker")
            #expect(plan.contains("using notification_due_idx") && !plan.contains("notification_due_at_idx"), "\(plan)")
        }
    }
}
