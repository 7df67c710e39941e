import TestSupport
import Testing

extension EndToEnd {
    /// That every process runs under its own role, all the other tests here show: no other is given to them.
    @Suite struct RoleTests {
        private static let forbidden = [
            ("postroom_ingress", "SELECT body FROM inbox.webhook"),
            ("postroom_ingress", "SELECT query FROM inbox.webhook"),
            ("postroom_ingress", "SELECT webhook_id FROM queue.webhook"),
            ("postroom_ingress", "DELETE FROM queue.webhook"),
            ("postroom_ingress", "UPDATE inbox.webhook SET body = ''"),
            ("postroom_ingress", "SELECT body FROM queue.webhook_dead"),
            ("postroom_ingress", "SELECT body FROM sms_log.entry"),
            ("postroom_ingress", "SELECT message FROM outbox.entry"),
            ("postroom_ingress", "SELECT inbox.make_days(1)"),
            ("postroom_ingress", "SELECT folder FROM ops.spool_report"),
            ("postroom_ingress", "DELETE FROM ops.spool_report"),
            ("postroom_webhook_worker", "UPDATE inbox.webhook SET body = ''"),
            ("postroom_webhook_worker", "DELETE FROM inbox.webhook"),
            (
                "postroom_webhook_worker",
                "INSERT INTO queue.webhook (webhook_id, source) VALUES (gen_random_uuid(), 'x')"
            ),
            ("postroom_webhook_worker", "UPDATE outbox.entry SET recipient_phone_number = ''"),
            ("postroom_webhook_worker", "DELETE FROM queue.webhook_dead"),
            ("postroom_webhook_worker", "DROP TABLE inbox.webhook_default"),
            ("postroom_alert_worker", "UPDATE alert.endpoint SET url = ''"),
            ("postroom_alert_worker", "UPDATE alert.endpoint SET secret_version = 1"),
            ("postroom_alert_worker", "DELETE FROM alert.delivery"),
            ("postroom_alert_worker", "UPDATE alert.notification SET data = '{}'"),
            ("postroom_alert_worker", "SELECT message FROM outbox.entry"),
            ("postroom_alert_worker", "SELECT body FROM inbox.webhook"),
            ("postroom_monitor", "SELECT body FROM inbox.webhook"),
            ("postroom_monitor", "SELECT webhook_id FROM queue.webhook"),
            ("postroom_operator", "DELETE FROM inbox.webhook"),
            ("postroom_operator", "DROP TABLE inbox.webhook_default"),
        ]

        @Test func `a role may not do what is not its work`() async throws {
            try await withTestDatabase { database in
                for (role, statement) in Self.forbidden {
                    let failure = await #expect(throws: TestSupportFailure.self, "\(role): \(statement)") {
                        try await database.sql(statement, user: role)
                    }
                    let text = failure?.description ?? ""
                    #expect(text.contains("permission denied") || text.contains("must be owner of"), "\(role): \(text)")
                }
            }
        }

        @Test func `a role may do its work`() async throws {
            try await withTestDatabase { database in
                for (role, statement) in Self.allowed {
                    let rows = try await database.sql(statement, user: role)
                    #expect(rows == [], "\(role): \(statement)")
                }
            }
        }

        private static let allowed = [
            ("postroom_ingress", "SELECT id, source FROM inbox.webhook"),
            ("postroom_webhook_worker", "SELECT body FROM inbox.webhook"),
            ("postroom_operator", "SELECT body FROM queue.webhook_dead"),
            ("postroom_monitor", "SELECT * FROM monitor.conservation"),
            ("postroom_monitor", "SELECT * FROM monitor.spool"),
        ]
    }
}
