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
            ("postroom_webhook_worker", "SELECT e FROM outbox.entry AS e"),
            ("postroom_webhook_worker", "UPDATE outbox.receipt SET status = '2'"),
            ("postroom_webhook_worker", "UPDATE outbox.receipt SET rank = 3"),
            ("postroom_webhook_worker", "SELECT reference FROM billing.ledger_entry"),
            (
                "postroom_webhook_worker",
                "INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, actor) "
                    + "VALUES ('default', '+4915112345678', 'operator', 'x', 'lifted', now(), 'root')"
            ),
            (
                "postroom_api",
                "INSERT INTO outbox.suppression_event (account, number, source, event_key, kind, received_at, webhook_id, "
                    + "word) VALUES ('default', '+4915112345678', 'nxtele', 'x', 'lifted', now(), gen_random_uuid(), 'START')"
            ),
            ("postroom_api", "SELECT cost_per_unit FROM billing.sms_price"),
            ("postroom_api", "UPDATE billing.account SET kind = 'postpaid'"),
            ("postroom_api", "UPDATE outbox.entry SET message = ''"),
            ("postroom_api", "UPDATE outbox.receipt SET price = 0"),
            ("postroom_api", "UPDATE billing.ledger_entry SET amount = 0"),
            ("postroom_api", "INSERT INTO ops.api_key (id) VALUES (gen_random_uuid())"),
            ("postroom_api", "DELETE FROM outbox.entry"),
            ("postroom_send_worker", "UPDATE queue.send SET account = ''"),
            ("postroom_send_worker", "UPDATE queue.send SET priority = 0"),
            ("postroom_send_worker", "UPDATE queue.lookup SET entry_id = attempt_id"),
            ("postroom_send_worker", "UPDATE outbox.entry SET message = ''"),
            ("postroom_send_worker", "UPDATE outbox.receipt SET rank = 3"),
            ("postroom_send_worker", "DELETE FROM outbox.attempt"),
            ("postroom_send_worker", "DELETE FROM billing.ledger_entry"),
            ("postroom_alert_worker", "UPDATE queue.notification SET account = ''"),
            ("postroom_alert_worker", "SELECT balance_after FROM billing.ledger_entry"),
            ("postroom_operator", "UPDATE billing.ledger_entry SET amount = 0"),
            ("postroom_operator", "DELETE FROM outbox.entry"),
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

        @Test func `what a role does by itself sees what is committed by then, whatever the database's default`()
            async throws
        {
            try await withTestDatabase { database in
                try await database.sql(
                    "ALTER DATABASE \(database.name) SET default_transaction_isolation = 'serializable'")
                for role in Self.roles {
                    #expect(
                        try await database.sql("SHOW transaction_isolation", user: role) == ["read committed"],
                        "\(role)")
                }
            }
        }

        @Test func `the network ends the sessions of a role whose process does not read what it asked for`()
            async throws
        {
            try await withTestDatabase { database in
                let settings = try await database.sql(
                    """
                    SELECT r.rolname, string_agg(c, ' ' ORDER BY c)
                    FROM pg_roles AS r JOIN pg_db_role_setting AS d ON d.setrole = r.oid AND d.setdatabase = 0
                    CROSS JOIN LATERAL unnest(d.setconfig) AS c
                    WHERE r.rolname IN ('\(Self.roles.joined(separator: "','"))') AND c LIKE 'tcp_%'
                    GROUP BY 1
                    """)
                let keepalives = "tcp_keepalives_count=3 tcp_keepalives_idle=30 tcp_keepalives_interval=10"
                #expect(
                    Set(settings)
                        == Set(
                            Self.roles.map {
                                "\($0)|\(keepalives) tcp_user_timeout=\($0 == "postroom_operator" ? 300_000 : 30_000)"
                            }))
            }
        }

        private static let roles = [
            "postroom_ingress", "postroom_webhook_worker", "postroom_api", "postroom_send_worker",
            "postroom_alert_worker",
            "postroom_operator", "postroom_monitor",
        ]

        /// Who reads what people wrote, whom it went to, or what lets somebody in; no other role does.
        private static let readers: KeyValuePairs = [
            "inbox.webhook.body": ["postroom_webhook_worker", "postroom_operator"],
            "inbox.webhook.query": ["postroom_webhook_worker", "postroom_operator"],
            "queue.webhook_dead.body": ["postroom_operator"],
            "outbox.attempt.provider_answer": ["postroom_api", "postroom_send_worker", "postroom_operator"],
            "outbox.entry.message": ["postroom_api", "postroom_send_worker", "postroom_operator"],
            "outbox.entry.recipient_phone_number": ["postroom_api", "postroom_send_worker", "postroom_operator"],
            "outbox.entry.sender_id": ["postroom_api", "postroom_send_worker", "postroom_operator"],
            "outbox.entry.user_id": ["postroom_api", "postroom_operator"],
            "outbox.entry.tags": ["postroom_api", "postroom_operator"],
            "outbox.entry.custom_data": ["postroom_api", "postroom_operator"],
            "sms_log.entry.body": ["postroom_api", "postroom_operator"],
            "sms_log.inbound.body": ["postroom_operator"],
            "sms_log.other_event.payload": ["postroom_operator"],
            "outbox.suppression_event.note": ["postroom_api", "postroom_operator"],
            "billing.ledger_entry.amount": ["postroom_api", "postroom_operator"],
            "billing.ledger_entry.reference": ["postroom_api", "postroom_operator"],
            "billing.sms_price.cost_per_unit": ["postroom_operator"],
            "ops.api_key.hash": ["postroom_api", "postroom_operator"],
            "alert.endpoint.url": ["postroom_api", "postroom_alert_worker", "postroom_operator"],
            "alert.notification.data": ["postroom_api", "postroom_alert_worker", "postroom_operator"],
        ]

        @Test func `a role reads only what it works on`() async throws {
            try await withTestDatabase { database in
                for (column, roles) in Self.readers {
                    let names = column.split(separator: ".")
                    let found = try await database.sql(
                        """
                        SELECT r FROM unnest('{\(Self.roles.joined(separator: ","))}'::name[]) AS r
                        WHERE has_column_privilege(r, '\(names[0]).\(names[1])', '\(names[2])', 'SELECT')
                        """)
                    #expect(Set(found) == Set(roles), "\(column)")
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
