import TestSupport
import Testing

/// What `sql/roles.sql` lets each role do to what is stored: said a second time, so that a right that slips in is seen.
@Suite struct RoleRightsTests {
    private static let roles = [
        "postroom_ingress", "postroom_webhook_worker", "postroom_api", "postroom_send_worker", "postroom_alert_worker",
        "postroom_operator", "postroom_monitor",
    ]

    /// The ordinary tables, and the roles.
    private static let tables = """
        WITH role AS (SELECT unnest('{\(roles.joined(separator: ","))}'::name[]) AS name), tables AS (
            SELECT c.oid, n.nspname || '.' || c.relname AS name
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('ops', 'inbox', 'queue', 'outbox', 'sms_log', 'billing', 'alert')
              AND c.relkind IN ('r', 'p')
        )
        """

    /// What evidence changes of a message.
    private static let evidence =
        "delivered_at,delivery_state,error_details,last_attempt_at,owed_cycles,retry_count,revision,sent_at,status,total_cost"
    /// What a copy may add to a receipt.
    private static let copy =
        "account,attempt_id,content_hash,currency,entry_id,ext,matched_at,price,rate,received_at,result,size,source,"
        + "submitted_time,webhook_id"
    private static let lease = "fence,lease_owner,lease_until"

    /// Tables a role inserts into and deletes from, and the columns it updates, in order of name.
    private static let writes: KeyValuePairs = [
        "postroom_ingress": [
            "inbox.webhook insert", "ops.process insert", "ops.spool_report insert", "queue.tally insert",
            "queue.webhook insert",
        ],
        "postroom_webhook_worker": [
            "billing.cost_touch insert", "billing.ledger_entry insert", "ops.process insert",
            "outbox.entry update \(evidence)", "outbox.receipt insert update \(copy)",
            "outbox.suppression_event insert update received_at,webhook_id,word", "queue.tally insert",
            "queue.webhook delete update deaths", "queue.webhook_dead insert", "sms_log.entry insert",
            "sms_log.inbound insert", "sms_log.other_event insert",
        ],
        "postroom_api": [
            "alert.balance_threshold insert delete",
            "alert.endpoint insert update deleted_at,disabled_at,disabled_reason,failing_since,kinds,oldest_version,"
                + "previous_valid_until,secret_version,url",
            "alert.event insert", "alert.notification update read_at",
            "alert.settings insert update account,digest_count,digest_seconds,failed_sms,low_balance,updated_at",
            "billing.account update max_automatic_retries,max_resends", "billing.cost_touch insert",
            "billing.ledger_entry insert", "ops.process insert", "outbox.attempt update counts,settled_at,state",
            "outbox.entry insert update cancelled_at,cycle,delivered_at,delivery_state,error_details,expired_at,"
                + "last_attempt_at,owed_cycles,retry_count,revision,sent_at,status,suppressed_at,total_cost,valid_until",
            "outbox.suppression_event insert", "queue.send insert delete update fence",
        ],
        "postroom_send_worker": [
            "billing.cost_touch insert", "billing.ledger_entry insert", "ops.process insert",
            "ops.provider_event insert",
            "outbox.attempt insert update counts,deadline_passed_at,dispatched_at,provider_answer,provider_code,"
                + "provider_failed,provider_message_id,settled_at,state,unclear_deadline_passed_at",
            "outbox.entry update delivered_at,delivery_state,error_details,expired_at,last_attempt_at,owed_cycles,"
                + "retry_count,revision,sent_at,status,suppressed_at,total_cost",
            "outbox.receipt insert update \(copy)",
            "queue.lookup insert delete update deadline_at,due_at,\(lease),priority,tries",
            "queue.send insert delete update attempt_id,counted,due_at,\(lease),tries",
            "queue.send_slot insert delete",
        ],
        "postroom_alert_worker": [
            "alert.delivery insert", "alert.endpoint update disabled_at,disabled_reason,failing_since",
            "alert.event insert delete", "alert.notification insert", "alert.rule_event insert", "ops.process insert",
            "queue.notification insert delete update due_at,\(lease),tries",
        ],
        "postroom_operator": [
            "alert.endpoint insert update deleted_at,oldest_version,previous_valid_until,secret_version",
            "alert.event insert",
            "billing.account insert update kind,max_automatic_retries,max_resends,unclear_policy",
            "billing.cdr insert", "billing.cost_touch insert", "billing.ledger_entry insert",
            "billing.sms_price insert", "inbox.webhook insert", "ops.api_key insert update revoked_at",
            "ops.process insert", "ops.provider_event insert", "ops.spool_report insert",
            "outbox.entry update \(evidence)", "outbox.receipt insert update \(copy)",
            "outbox.suppression_event insert update received_at,webhook_id,word",
            "queue.notification insert update due_at,give_up_at,tries", "queue.tally insert",
            "queue.webhook insert delete update deaths",
            "queue.webhook_dead insert delete update buried_at,detail,parser_version,reason,tries",
            "sms_log.entry insert", "sms_log.inbound insert", "sms_log.other_event insert",
        ],
        "postroom_monitor": [],
    ]

    @Test func `a role writes only what is its work`() async throws {
        try await withTestDatabase { database in
            for (role, expected) in Self.writes {
                let found = try await database.sql(
                    Self.tables + """
                        SELECT t.name || CASE WHEN has_any_column_privilege(r.name, t.oid, 'INSERT') THEN ' insert' ELSE '' END
                            || CASE WHEN has_table_privilege(r.name, t.oid, 'DELETE') THEN ' delete' ELSE '' END
                            || CASE WHEN has_table_privilege(r.name, t.oid, 'TRUNCATE') THEN ' truncate' ELSE '' END
                            || coalesce(' update ' || (
                                SELECT string_agg(a.attname, ',' ORDER BY a.attname COLLATE "C") FROM pg_attribute AS a
                                WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
                                  AND has_column_privilege(r.name, t.oid, a.attnum, 'UPDATE')), '')
                        FROM role AS r CROSS JOIN tables AS t
                        WHERE r.name = '\(role)' AND (has_any_column_privilege(r.name, t.oid, 'INSERT, UPDATE')
                                                      OR has_table_privilege(r.name, t.oid, 'DELETE, TRUNCATE'))
                        ORDER BY t.name COLLATE "C"
                        """)
                #expect(found == expected, "\(role)")
            }
        }
    }

    /// Who calls what runs with the owner's rights; trigger functions nobody does.
    private static let callers: KeyValuePairs = [
        "alert.health": ["postroom_alert_worker"],
        "alert.prune": ["postroom_operator", "postroom_webhook_worker"],
        "billing.compare_cdr": ["postroom_operator"],
        "billing.fold_due_slice": ["postroom_operator", "postroom_webhook_worker"],
        "billing.lock_accounts": [
            "postroom_api", "postroom_operator", "postroom_send_worker", "postroom_webhook_worker",
        ],
        "billing.lock_standings": ["postroom_api"],
        "inbox.make_days": ["postroom_operator", "postroom_webhook_worker"],
        "inbox.prune": ["postroom_operator", "postroom_webhook_worker"],
        "monitor.health_rows": ["postroom_monitor", "postroom_operator"],
        "monitor.horizon_holders": ["postroom_monitor", "postroom_operator"],
        "monitor.overdue_receipts": ["postroom_monitor", "postroom_operator"],
        "monitor.queue_rows": ["postroom_monitor", "postroom_operator"],
        "ops.prune_heartbeats": ["postroom_operator", "postroom_send_worker", "postroom_webhook_worker"],
        "ops.record_clock": ["postroom_operator", "postroom_webhook_worker"],
        "outbox.fold_suppressions": ["postroom_operator", "postroom_webhook_worker"],
        "outbox.fold_tally": ["postroom_operator", "postroom_webhook_worker"],
        "outbox.prune": ["postroom_operator", "postroom_webhook_worker"],
        "queue.fold_tally": ["postroom_operator", "postroom_webhook_worker"],
    ]

    @Test func `a function that runs with the owner's rights is called by those whose work it is`() async throws {
        try await withTestDatabase { database in
            let found = try await database.sql(
                Self.tables + """
                    SELECT n.nspname || '.' || p.proname || ' ' || string_agg(r.name, ' ' ORDER BY r.name)
                    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
                    JOIN role AS r ON has_function_privilege(r.name, p.oid, 'EXECUTE')
                    WHERE n.nspname IN ('ops', 'inbox', 'queue', 'outbox', 'sms_log', 'billing', 'alert', 'monitor')
                      AND p.prosecdef
                    GROUP BY p.oid, n.nspname, p.proname ORDER BY 1
                    """)
            #expect(found == Self.callers.map { ([$0.key] + $0.value).joined(separator: " ") })
        }
    }

    @Test func `of tables the ingress reads what a stored id needs, and who looks at the views reads none`()
        async throws
    {
        try await withTestDatabase { database in
            let found = try await database.sql(
                Self.tables + """
                    SELECT DISTINCT r.name || ' ' || t.name || '.' || a.attname
                    FROM role AS r CROSS JOIN tables AS t
                    JOIN pg_attribute AS a ON a.attrelid = t.oid AND NOT a.attisdropped
                        AND has_column_privilege(r.name, t.oid, a.attnum, 'SELECT')
                    WHERE r.name IN ('postroom_ingress', 'postroom_monitor') ORDER BY 1
                    """)
            #expect(found == ["postroom_ingress inbox.webhook.id", "postroom_ingress inbox.webhook.source"])
        }
    }

    @Test func `what a role's vanished process left behind ends by itself, and its commits wait for the disk`()
        async throws
    {
        try await withTestDatabase { database in
            for role in Self.roles {
                let settings = try await database.sql(
                    """
                    SELECT split_part(c, '=', 1), split_part(c, '=', 2) FROM pg_roles AS r
                    JOIN pg_db_role_setting AS d ON d.setrole = r.oid AND d.setdatabase = 0
                    CROSS JOIN LATERAL unnest(d.setconfig) AS c
                    WHERE r.rolname = '\(role)' AND split_part(c, '=', 1) IN
                        ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'synchronous_commit',
                         'default_transaction_read_only')
                    ORDER BY 1
                    """)
                let last = role == "postroom_monitor" ? "default_transaction_read_only|on" : "synchronous_commit|on"
                #expect(settings.count == 4 && settings.contains(last), "\(role): \(settings)")
                #expect(!settings.contains { $0.hasSuffix("|0") }, "\(role): \(settings)")
            }
        }
    }
}
