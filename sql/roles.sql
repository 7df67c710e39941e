-- Roles: one per executable, with what its work needs and no more. Repeatable: applied last, again when it changes.
--
-- Roles have LOGIN and no password: how they authenticate is the cluster's affair (pg_hba.conf, ALTER ROLE).
-- They belong to the cluster, not to the database, and several databases may be set up at once: so a role is touched
-- only where it differs from what is wanted, and whoever loses a race looks again.
-- Needs: CREATEROLE, where a role is missing or differs, and from PostgreSQL 16 on the ADMIN option on those that somebody
-- else made (sql/README.md); for the rest, to own the database's objects.
-- Locks: none that others wait for.   Phase: before the deploy.
BEGIN;

DO $$
DECLARE
    -- Time-outs in ms. They end what a stopped or vanished process left behind, so that it holds neither rows nor the
    -- vacuum horizon; what is healthy stays far below them. jit: a surprise of 100 ms in statements that take one.
    -- enable_seqscan: every look of these is by an index. A plan that was made while a queue was empty, or guesses that a
    -- claim takes a tenth of it, would read it whole (measured: 3 of a claim's 7 ms at 30 000 rows waiting, and growing).
    -- enable_bitmapscan: nor does it gather a whole range by an index and sort it for its first rows, as it does until a
    -- burst has been counted by a vacuum (measured at 100 000 rows, each time: a claim 115 ms instead of 0.3, a page of
    -- parked receipts 180 instead of 0.2).
    -- enable_memoize: no two receipts of a batch look for the same entry but by chance; remembering what each found takes a
    -- fourteenth of the time of looking (batches of 500).
    -- tcp_user_timeout: no time-out of Postgres's own interrupts a session that waits for its client to read. The operator's
    -- is as long as his statements may take: he may read page by page. Sockets of Unix know none of these; there, and behind
    -- a pooler, workers end each other's sessions (Sources/Store/Ops/EndUnreadSessions.swift).
    -- default_transaction_isolation: who waited for an account's lock must see what its last holder wrote, whatever the
    -- database's own default is (transactions say so themselves; this is for statements that commit by themselves).
    -- tcp_keepalives, in seconds: a client whose machine is gone is noticed also where nothing is sent to it.
    everyone CONSTANT jsonb := '{
        "default_transaction_isolation": "read committed",
        "tcp_user_timeout": "30000",
        "tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}';
    wanted CONSTANT jsonb := '{
        "postroom_ingress": {
            "statement_timeout": "5000", "lock_timeout": "1000", "idle_in_transaction_session_timeout": "5000",
            "synchronous_commit": "on", "client_min_messages": "warning", "jit": "off"},
        "postroom_webhook_worker": {
            "statement_timeout": "30000", "lock_timeout": "1000", "idle_in_transaction_session_timeout": "10000",
            "synchronous_commit": "on", "client_min_messages": "warning", "jit": "off",
            "enable_seqscan": "off", "enable_bitmapscan": "off", "enable_memoize": "off"},
        "postroom_api": {
            "statement_timeout": "5000", "lock_timeout": "2000", "idle_in_transaction_session_timeout": "5000",
            "synchronous_commit": "on", "client_min_messages": "warning", "jit": "off",
            "enable_seqscan": "off"},
        "postroom_send_worker": {
            "statement_timeout": "10000", "lock_timeout": "2000", "idle_in_transaction_session_timeout": "5000",
            "synchronous_commit": "on", "client_min_messages": "warning", "jit": "off",
            "enable_seqscan": "off"},
        "postroom_alert_worker": {
            "statement_timeout": "10000", "lock_timeout": "2000", "idle_in_transaction_session_timeout": "5000",
            "synchronous_commit": "on", "client_min_messages": "warning", "jit": "off",
            "enable_seqscan": "off"},
        "postroom_operator": {
            "statement_timeout": "300000", "lock_timeout": "5000", "idle_in_transaction_session_timeout": "60000",
            "synchronous_commit": "on", "client_min_messages": "warning", "jit": "off",
            "tcp_user_timeout": "300000"},
        "postroom_monitor": {
            "statement_timeout": "10000", "lock_timeout": "1000", "idle_in_transaction_session_timeout": "10000",
            "default_transaction_read_only": "on", "jit": "off"}}';
    role    record;
    setting record;
BEGIN
    FOR role IN SELECT w.key AS name, w.value AS settings FROM jsonb_each(wanted) AS w LOOP
        FOR try IN 1..20 LOOP
            BEGIN
                IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS r WHERE r.rolname = role.name) THEN
                    EXECUTE format('CREATE ROLE %I LOGIN', role.name);
                    EXECUTE format('COMMENT ON ROLE %I IS %L', role.name, 'Postroom: see sql/roles.sql.');
                ELSIF NOT (SELECT r.rolcanlogin FROM pg_catalog.pg_roles AS r WHERE r.rolname = role.name) THEN
                    EXECUTE format('ALTER ROLE %I LOGIN', role.name);
                END IF;
                FOR setting IN SELECT s.key AS name, s.value FROM jsonb_each_text(everyone || role.settings) AS s LOOP
                    IF NOT EXISTS (
                        SELECT FROM pg_catalog.pg_db_role_setting AS d
                        JOIN pg_catalog.pg_roles AS r ON r.oid = d.setrole
                        WHERE r.rolname = role.name AND d.setdatabase = 0
                          AND setting.name || '=' || setting.value = ANY (d.setconfig)) THEN
                        EXECUTE format('ALTER ROLE %I SET %I = %L', role.name, setting.name, setting.value);
                    END IF;
                END LOOP;
                EXIT;
            EXCEPTION
                -- Another database's set-up was at the same role: "tuple concurrently updated" is an internal_error.
                WHEN duplicate_object OR unique_violation OR internal_error THEN
                    IF try = 20 THEN
                        RAISE;
                    END IF;
                    PERFORM pg_sleep(0.01 + random() * 0.05);
                WHEN insufficient_privilege THEN
                    RAISE insufficient_privilege USING MESSAGE = format(
                        '%1$I may not make or change the role %2$I: it needs CREATEROLE and, from PostgreSQL 16 on, what a '
                        'superuser does by GRANT %2$I TO %1$I WITH ADMIN OPTION', current_user, role.name);
            END;
        END LOOP;
    END LOOP;
END
$$;

-- Nothing but what is granted below: also what an earlier version of this file granted goes.
REVOKE ALL ON SCHEMA ops, inbox, queue, outbox, sms_log, billing, alert, monitor
    FROM PUBLIC, postroom_ingress, postroom_webhook_worker, postroom_api, postroom_send_worker, postroom_alert_worker,
        postroom_operator, postroom_monitor;
REVOKE ALL ON ALL TABLES IN SCHEMA ops, inbox, queue, outbox, sms_log, billing, alert, monitor
    FROM PUBLIC, postroom_ingress, postroom_webhook_worker, postroom_api, postroom_send_worker, postroom_alert_worker,
        postroom_operator, postroom_monitor;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ops, inbox, queue, outbox, sms_log, billing, alert, monitor
    FROM PUBLIC, postroom_ingress, postroom_webhook_worker, postroom_api, postroom_send_worker, postroom_alert_worker,
        postroom_operator, postroom_monitor;

-- postroom_ingress: stores webhooks, reads none. ON CONFLICT and RETURNING need SELECT on id and source.
GRANT USAGE ON SCHEMA ops, inbox, queue TO postroom_ingress;
GRANT INSERT ON inbox.webhook, queue.tally, ops.process, ops.spool_report TO postroom_ingress;
GRANT INSERT (webhook_id, source) ON queue.webhook TO postroom_ingress;
GRANT SELECT (id, source) ON inbox.webhook TO postroom_ingress;
GRANT EXECUTE ON FUNCTION ops.webhook_day(uuid) TO postroom_ingress;

-- postroom_webhook_worker: claims, settles and buries webhooks, applies their effects, does the maintenance.
-- postroom_operator may do the same, for replays.
GRANT USAGE ON SCHEMA ops, inbox, queue, outbox, sms_log TO postroom_webhook_worker, postroom_operator;
GRANT SELECT ON inbox.webhook, ops.provider TO postroom_webhook_worker, postroom_operator;
-- Of an attempt, all but the provider's words, in which it may have repeated the text.
GRANT SELECT (id, entry_id, cycle, number, provider, recipient_phone_number, state, counts, provider_message_id,
              provider_code, provider_failed, prepared_at, dispatched_at, settled_at, deadline_passed_at,
              unclear_deadline_passed_at)
    ON outbox.attempt TO postroom_webhook_worker;
-- Of a message, what its state and its price are computed from; not its text, recipient, user, tags and custom data.
GRANT SELECT (id, account, provider, status, delivery_state, revision, cycle, owed_cycles, cost_per_unit, sms_units_used,
              scheduled_at, cancelled_at, expired_at, suppressed_at)
    ON outbox.entry TO postroom_webhook_worker;
-- FOR UPDATE needs UPDATE on some column; deaths is the one that is ever updated.
GRANT SELECT, UPDATE (deaths), DELETE ON queue.webhook TO postroom_webhook_worker, postroom_operator;
GRANT INSERT, SELECT (webhook_id) ON queue.webhook_dead TO postroom_webhook_worker, postroom_operator;
GRANT INSERT ON queue.tally, ops.process TO postroom_webhook_worker, postroom_operator;
-- A receipt that came again may bring more of its price, and a match; what it says and of whom stays.
GRANT SELECT, INSERT, UPDATE (source, account, webhook_id, received_at, result, submitted_time, ext, price, size, rate,
                              currency, content_hash, attempt_id, entry_id, matched_at)
    ON outbox.receipt TO postroom_webhook_worker, postroom_send_worker, postroom_operator;
GRANT SELECT (provider, observed_at, ahead) ON ops.provider_clock
    TO postroom_webhook_worker, postroom_send_worker, postroom_operator;
-- Of a message, what evidence can change; its text, recipient, price and owner it cannot.
GRANT UPDATE (revision, status, delivery_state, retry_count, error_details, last_attempt_at, sent_at, delivered_at,
              owed_cycles, total_cost)
    ON outbox.entry TO postroom_webhook_worker, postroom_send_worker, postroom_api, postroom_operator;
-- Evidence can change what is owed, so whoever brings it posts to the ledger, under the account's lock.
GRANT USAGE ON SCHEMA billing TO postroom_webhook_worker, postroom_send_worker, postroom_api, postroom_operator;
-- Only who takes top-ups writes references.
GRANT SELECT, INSERT ON billing.ledger_entry TO postroom_api, postroom_operator;
GRANT SELECT (account, seq, balance_after, entry_id, cycle),
      INSERT (account, seq, kind, amount, balance_after, entry_id, cycle, step)
    ON billing.ledger_entry TO postroom_webhook_worker, postroom_send_worker;
GRANT EXECUTE ON FUNCTION billing.lock_accounts(text[])
    TO postroom_webhook_worker, postroom_send_worker, postroom_api, postroom_operator;
-- Of what is stored already, only what tells a copy from a conflict.
GRANT INSERT ON sms_log.entry, sms_log.other_event, sms_log.inbound TO postroom_webhook_worker, postroom_operator;
GRANT SELECT (account, event_id, content_hash) ON sms_log.entry TO postroom_webhook_worker;
GRANT SELECT (account, event_id, event_name, content_hash) ON sms_log.other_event TO postroom_webhook_worker;
GRANT SELECT (id, content_hash) ON sms_log.inbound TO postroom_webhook_worker;
-- Of a wish to opt out or in, an earlier copy may move it to its true place; whose it is and what it says stays. Nobody
-- writes in another's name: an actor's wish has no word of a webhook, a webhook's no actor.
GRANT SELECT (account, number, source, event_key, kind, received_at, webhook_id, word),
      INSERT (account, number, source, event_key, kind, received_at, webhook_id, word),
      UPDATE (received_at, webhook_id, word)
    ON outbox.suppression_event TO postroom_webhook_worker, postroom_operator;
GRANT EXECUTE ON FUNCTION ops.webhook_day(uuid), ops.day_lowest_id(date) TO postroom_webhook_worker, postroom_operator;
GRANT EXECUTE ON FUNCTION inbox.make_days(integer, integer, bigint), inbox.prune(interval, integer, integer),
    queue.fold_tally(integer, interval), ops.prune_heartbeats(interval, integer), outbox.prune(interval, integer),
    outbox.fold_tally(integer), outbox.fold_suppressions(integer)
    TO postroom_webhook_worker, postroom_operator;
GRANT USAGE ON SCHEMA alert TO postroom_webhook_worker;
GRANT EXECUTE ON FUNCTION alert.prune(interval, integer) TO postroom_webhook_worker, postroom_operator;
-- Late evidence leaves a note for the reports, which maintenance computes.
GRANT INSERT ON billing.cost_touch
    TO postroom_webhook_worker, postroom_send_worker, postroom_api, postroom_operator;
GRANT EXECUTE ON FUNCTION billing.fold_due_slice(), ops.time_lowest_id(timestamptz),
    ops.record_clock(text, interval, interval, integer, text) TO postroom_webhook_worker, postroom_operator;
GRANT EXECUTE ON FUNCTION ops.provider_time(text, text, timestamptz, interval), billing.calling_code(text),
    billing.cdr_differences(text, date, text), billing.compare_cdr(text, date, text, uuid) TO postroom_operator;
GRANT INSERT ON billing.cdr TO postroom_operator;

-- postroom_api: takes sends, resends and cancels, and shows what became of them.
GRANT USAGE ON SCHEMA ops, queue, outbox, sms_log TO postroom_api;
GRANT SELECT ON ops.api_key, ops.provider, billing.account, outbox.entry, outbox.attempt, outbox.receipt, queue.send,
    sms_log.entry TO postroom_api;
GRANT INSERT ON ops.process, outbox.entry TO postroom_api;
GRANT EXECUTE ON FUNCTION billing.lock_standings(text[], text[]) TO postroom_api;
-- A resend starts a cycle, a cancel ends one; a withdrawn retry was never sent.
GRANT UPDATE (cycle, valid_until, expired_at, suppressed_at, cancelled_at) ON outbox.entry TO postroom_api;
GRANT UPDATE (state, counts, settled_at) ON outbox.attempt TO postroom_api;
GRANT INSERT, DELETE, UPDATE (fence) ON queue.send TO postroom_api;
GRANT SELECT, INSERT (account, number, source, event_key, kind, received_at, actor, note) ON outbox.suppression_event
    TO postroom_api, postroom_operator;
-- What an account wants to be told, where, and what it was told; its retry limits are among its settings.
GRANT USAGE ON SCHEMA alert TO postroom_api;
GRANT SELECT, INSERT, UPDATE ON alert.settings TO postroom_api;
GRANT SELECT, INSERT, DELETE ON alert.balance_threshold TO postroom_api;
GRANT SELECT, INSERT, UPDATE (url, kinds, secret_version, oldest_version, previous_valid_until, failing_since,
                              disabled_at, disabled_reason, deleted_at) ON alert.endpoint TO postroom_api;
GRANT INSERT ON alert.event TO postroom_api;
GRANT SELECT, UPDATE (read_at) ON alert.notification TO postroom_api;
GRANT UPDATE (max_automatic_retries, max_resends) ON billing.account TO postroom_api;

-- postroom_send_worker: claims sends, records attempts and outcomes, looks up what is not known.
GRANT USAGE ON SCHEMA ops, queue, outbox TO postroom_send_worker;
GRANT SELECT ON ops.provider, ops.provider_event, billing.account TO postroom_send_worker;
-- Of a message, what is sent, and what its state and price are computed from; not its user, tags and custom data.
GRANT SELECT (id, account, recipient_phone_number, message, sender_id, priority, provider, status, delivery_state,
              revision, cycle, owed_cycles, cost_per_unit, sms_units_used, scheduled_at, valid_until, cancelled_at,
              expired_at, suppressed_at)
    ON outbox.entry TO postroom_send_worker;
GRANT INSERT ON ops.process, ops.provider_event TO postroom_send_worker;
-- Who has fallen silent, so that what he held is rescued.
GRANT SELECT (process_id, seen_at) ON ops.process TO postroom_send_worker;
-- Who pays for what waits, with which priority and until when, stays as the API wrote it.
GRANT SELECT, INSERT, UPDATE (due_at, tries, counted, attempt_id, fence, lease_owner, lease_until), DELETE
    ON queue.send TO postroom_send_worker;
GRANT SELECT, INSERT, UPDATE (priority, due_at, deadline_at, tries, fence, lease_owner, lease_until), DELETE
    ON queue.lookup TO postroom_send_worker;
GRANT SELECT, INSERT, DELETE ON queue.send_slot TO postroom_send_worker;
GRANT UPDATE (expired_at, suppressed_at) ON outbox.entry TO postroom_send_worker;
GRANT SELECT (account, number, kind, received_at) ON outbox.suppression_event TO postroom_send_worker;
GRANT SELECT, INSERT, UPDATE (state, counts, provider_message_id, provider_code, provider_answer, dispatched_at,
                              provider_failed, settled_at, deadline_passed_at, unclear_deadline_passed_at)
    ON outbox.attempt TO postroom_send_worker;
GRANT EXECUTE ON FUNCTION ops.prune_heartbeats(interval, integer) TO postroom_send_worker;

-- postroom_alert_worker: turns events into notifications, and delivers these.
GRANT USAGE ON SCHEMA ops, queue, outbox, billing, alert TO postroom_alert_worker;
GRANT INSERT ON ops.process TO postroom_alert_worker;
GRANT SELECT ON alert.settings TO postroom_alert_worker;
GRANT SELECT, INSERT, DELETE ON alert.event TO postroom_alert_worker;
GRANT SELECT, INSERT ON alert.notification, alert.delivery, alert.rule_event TO postroom_alert_worker;
GRANT SELECT, UPDATE (failing_since, disabled_at, disabled_reason) ON alert.endpoint TO postroom_alert_worker;
GRANT SELECT, INSERT, UPDATE (due_at, tries, fence, lease_owner, lease_until), DELETE ON queue.notification
    TO postroom_alert_worker;
-- What is told of a failed message: why it failed and how often it was tried, and nothing of its text and recipient.
GRANT SELECT (id, account, status, cycle, error_details) ON outbox.entry TO postroom_alert_worker;
GRANT SELECT (entry_id, cycle, state, counts) ON outbox.attempt TO postroom_alert_worker;
GRANT SELECT (name, max_automatic_retries) ON billing.account TO postroom_alert_worker;
GRANT EXECUTE ON FUNCTION alert.health() TO postroom_alert_worker;

-- postroom_operator: reads everything, and takes dead letters out to replay or discard them. No schema change.
GRANT USAGE ON SCHEMA alert, monitor TO postroom_operator;
GRANT SELECT ON ALL TABLES IN SCHEMA ops, inbox, queue, outbox, sms_log, billing, alert, monitor TO postroom_operator;
-- postroom spool drain stores what a dead machine's spool holds, by the ingress's statement.
GRANT INSERT ON inbox.webhook, queue.webhook, ops.spool_report TO postroom_operator;
-- Keys, accounts and prices are the operator's, and to resume a provider by hand.
GRANT INSERT ON ops.provider_event TO postroom_operator;
GRANT INSERT, UPDATE (revoked_at) ON ops.api_key TO postroom_operator;
GRANT INSERT, UPDATE (kind, max_automatic_retries, max_resends, unclear_policy) ON billing.account TO postroom_operator;
GRANT INSERT ON billing.sms_price TO postroom_operator;
GRANT EXECUTE ON FUNCTION inbox.days(), ops.lasting_holder(regclass) TO postroom_operator;
-- The operators' own endpoints, trials of anybody's, and deliveries made anew.
GRANT INSERT, UPDATE (secret_version, oldest_version, previous_valid_until, deleted_at) ON alert.endpoint TO postroom_operator;
GRANT INSERT ON alert.event TO postroom_operator;
GRANT INSERT, UPDATE (due_at, give_up_at, tries) ON queue.notification TO postroom_operator;
-- FOR UPDATE again needs UPDATE on some column: tries counts a replay that failed.
GRANT DELETE, UPDATE (reason, detail, parser_version, tries, buried_at) ON queue.webhook_dead TO postroom_operator;

-- postroom_monitor: the views, and nothing else. The two functions are pure arithmetic that a view calls with the caller's
-- privileges. The defaults are for views made anew after this file was applied.
GRANT USAGE ON SCHEMA monitor TO postroom_monitor;
GRANT SELECT ON ALL TABLES IN SCHEMA monitor TO postroom_monitor;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA monitor TO postroom_monitor, postroom_operator;
GRANT EXECUTE ON FUNCTION ops.webhook_day(uuid), ops.day_lowest_id(date) TO postroom_monitor;
ALTER DEFAULT PRIVILEGES IN SCHEMA monitor GRANT SELECT ON TABLES TO postroom_monitor, postroom_operator;
ALTER DEFAULT PRIVILEGES IN SCHEMA monitor GRANT EXECUTE ON FUNCTIONS TO postroom_monitor, postroom_operator;

COMMIT;
