-- Schema alert: what people are told, to whom it goes, and what of it is still to be delivered.
-- Locks: SHARE ROW EXCLUSIVE on outbox.entry, billing.ledger_entry and ops.provider_event for a moment (their triggers).
-- Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (11, 'alert');

CREATE SCHEMA alert;
COMMENT ON SCHEMA alert IS 'Settings, endpoints and notifications: what accounts and operators are told.';

CREATE TABLE alert.settings (
    account         text        NOT NULL,
    failed_sms      boolean     NOT NULL DEFAULT true,
    low_balance     boolean     NOT NULL DEFAULT true,
    digest_count    integer     NOT NULL DEFAULT 10,
    digest_seconds  integer     NOT NULL DEFAULT 900,
    updated_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT settings_pkey PRIMARY KEY (account),
    CONSTRAINT settings_account_fkey FOREIGN KEY (account) REFERENCES billing.account (name),
    CONSTRAINT settings_digest_count_bounded CHECK (digest_count BETWEEN 1 AND 1000),
    CONSTRAINT settings_digest_seconds_bounded CHECK (digest_seconds BETWEEN 1 AND 86400)
);
COMMENT ON TABLE alert.settings IS
    'What an account wants to be told; one without a row has the defaults. Written by the API, rarely.';
COMMENT ON COLUMN alert.settings.account IS 'billing.account.name.';
COMMENT ON COLUMN alert.settings.failed_sms IS 'Whether failed messages, and failed ones that are not after all, are told.';
COMMENT ON COLUMN alert.settings.low_balance IS 'Whether crossings of its thresholds are told.';
COMMENT ON COLUMN alert.settings.digest_count IS
    'From so many events of a kind within digest_seconds on, they are told as one.';
COMMENT ON COLUMN alert.settings.digest_seconds IS 'Length of the window in which events are counted.';
COMMENT ON COLUMN alert.settings.updated_at IS 'When it was last set.';

CREATE TABLE alert.balance_threshold (
    account text    NOT NULL,
    amount  numeric NOT NULL,
    CONSTRAINT balance_threshold_pkey PRIMARY KEY (account, amount),
    CONSTRAINT balance_threshold_account_fkey FOREIGN KEY (account) REFERENCES billing.account (name)
);
COMMENT ON TABLE alert.balance_threshold IS
    'Balances below which an account wants to be told, each once per crossing. Written by the API, rarely.';
COMMENT ON COLUMN alert.balance_threshold.account IS 'billing.account.name.';
COMMENT ON COLUMN alert.balance_threshold.amount IS 'In the account''s currency: told when the balance falls below it.';

CREATE TABLE alert.endpoint (
    id                   uuid        NOT NULL,
    account              text,
    url                  text        NOT NULL,
    kinds                text[]      NOT NULL DEFAULT '{}',
    secret_version       integer     NOT NULL DEFAULT 1,
    previous_valid_until timestamptz,
    failing_since        timestamptz,
    disabled_at          timestamptz,
    disabled_reason      text,
    created_at           timestamptz NOT NULL DEFAULT now(),
    deleted_at           timestamptz,
    CONSTRAINT endpoint_pkey PRIMARY KEY (id),
    CONSTRAINT endpoint_account_fkey FOREIGN KEY (account) REFERENCES billing.account (name),
    CONSTRAINT endpoint_url_bounded CHECK (length(url) BETWEEN 1 AND 2048),
    CONSTRAINT endpoint_kinds_bounded CHECK (cardinality(kinds) <= 32),
    CONSTRAINT endpoint_secret_version_positive CHECK (secret_version > 0),
    CONSTRAINT endpoint_disabled_whole CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)),
    CONSTRAINT endpoint_disabled_reason_known CHECK (disabled_reason IN ('user', 'gone', 'failing'))
);
CREATE INDEX endpoint_account_idx ON alert.endpoint (account) WHERE deleted_at IS NULL;
COMMENT ON TABLE alert.endpoint IS
    'Webhooks of users (and of operators) that notifications are delivered to. Written by the API and by postroom alert; '
    'alert workers write failing_since and disable it. Its secrets are derived from POSTROOM_ALERT_KEY, the id and the '
    'version: nothing secret is stored.';
COMMENT ON COLUMN alert.endpoint.id IS 'UUIDv7.';
COMMENT ON COLUMN alert.endpoint.account IS 'billing.account.name whose notifications it gets; NULL = the operators''.';
COMMENT ON COLUMN alert.endpoint.url IS 'Where they are posted to.';
COMMENT ON COLUMN alert.endpoint.kinds IS 'Kinds of notifications that it gets; empty = all.';
COMMENT ON COLUMN alert.endpoint.secret_version IS 'Rises with every rotation of its signing secret.';
COMMENT ON COLUMN alert.endpoint.previous_valid_until IS
    'Until when deliveries are signed with the secret of the version before, too; NULL = no longer.';
COMMENT ON COLUMN alert.endpoint.failing_since IS 'First of the failures since the last success; NULL after a success.';
COMMENT ON COLUMN alert.endpoint.disabled_at IS 'When it was disabled; NULL while it is used.';
COMMENT ON COLUMN alert.endpoint.disabled_reason IS
    'user, gone (it answered 410) or failing (for too long); NULL while it is used.';
COMMENT ON COLUMN alert.endpoint.created_at IS 'When it was made.';
COMMENT ON COLUMN alert.endpoint.deleted_at IS 'When it was deleted; NULL while it is there.';
COMMENT ON INDEX alert.endpoint_account_idx IS 'An account''s endpoints.';

CREATE TABLE alert.event (
    seq        bigint      GENERATED ALWAYS AS IDENTITY,
    account    text,
    kind       text        NOT NULL,
    subject    text        NOT NULL,
    data       jsonb       NOT NULL DEFAULT '{}',
    happened_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT event_pkey PRIMARY KEY (seq),
    CONSTRAINT event_kind_named CHECK (kind ~ '^[a-z_]+(\.[a-z_]+)+$')
) WITH (
    -- As queue.webhook: small when healthy, yet every row dies.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_cost_delay = 0
);
-- By expression: what waits is looked for account by account, the operators' as that of ''.
CREATE INDEX event_account_idx ON alert.event (coalesce(account, ''), kind, seq);
COMMENT ON TABLE alert.event IS
    'What happened and is still to be told. Written in the transaction in which it happened, by triggers and by alert '
    'workers; these turn it into a notification, one of an account at a time, and delete it in the same transaction.';
COMMENT ON COLUMN alert.event.seq IS 'Order of the events.';
COMMENT ON COLUMN alert.event.account IS 'billing.account.name it concerns; NULL = the operators.';
COMMENT ON COLUMN alert.event.kind IS
    'sms.failed, sms.recovered, balance.low, provider.paused, provider.resumed, health.failed, health.recovered, '
    'endpoint.disabled, alert.test.';
COMMENT ON COLUMN alert.event.subject IS
    'What it is about: an entry''s id, a threshold, a provider, the name of a health rule, an endpoint''s id.';
COMMENT ON COLUMN alert.event.data IS 'More about it, as it goes into the notification.';
COMMENT ON COLUMN alert.event.happened_at IS 'Start of the transaction in which it happened.';
COMMENT ON INDEX alert.event_account_idx IS 'What an account is still to be told.';

CREATE TABLE alert.notification (
    id           uuid        NOT NULL,
    account      text,
    kind         text        NOT NULL,
    event_count  integer     NOT NULL,
    data         jsonb       NOT NULL,
    first_at     timestamptz NOT NULL,
    last_at      timestamptz NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    window_at    timestamptz NOT NULL DEFAULT now(),
    read_at      timestamptz,
    CONSTRAINT notification_pkey PRIMARY KEY (id),
    CONSTRAINT notification_event_count_positive CHECK (event_count > 0)
);
CREATE INDEX notification_account_idx ON alert.notification (account, id);
CREATE INDEX notification_unread_idx ON alert.notification (account, id) WHERE read_at IS NULL;
CREATE INDEX notification_window_idx ON alert.notification (coalesce(account, ''), kind, window_at);
COMMENT ON TABLE alert.notification IS
    'What people were told: the list in the application. Written by alert workers; the API sets read_at. Kept for '
    'POSTROOM_OUTBOX_RETENTION.';
COMMENT ON COLUMN alert.notification.id IS 'UUIDv7; the webhook-id of its deliveries.';
COMMENT ON COLUMN alert.notification.account IS 'billing.account.name it is for; NULL = the operators.';
COMMENT ON COLUMN alert.notification.kind IS 'As alert.event.kind: the type in its deliveries.';
COMMENT ON COLUMN alert.notification.event_count IS 'Events that it tells; more than 1 = a digest.';
COMMENT ON COLUMN alert.notification.data IS 'What is delivered under data; small.';
COMMENT ON COLUMN alert.notification.first_at IS 'When the first of its events happened.';
COMMENT ON COLUMN alert.notification.last_at IS 'When the last of its events happened.';
COMMENT ON COLUMN alert.notification.created_at IS 'When it was made.';
COMMENT ON COLUMN alert.notification.window_at IS
    'Start of the digest window it was told in: notifications of an account, kind and window are at most digest_count.';
COMMENT ON COLUMN alert.notification.read_at IS 'When somebody marked it as read; NULL before.';
COMMENT ON INDEX alert.notification_account_idx IS 'An account''s notifications in order of time.';
COMMENT ON INDEX alert.notification_unread_idx IS 'Those that nobody has marked as read.';
COMMENT ON INDEX alert.notification_window_idx IS 'What was told of a kind in its last digest window.';

CREATE TABLE queue.notification (
    notification_id uuid        NOT NULL,
    endpoint_id     uuid        NOT NULL,
    account         text        NOT NULL DEFAULT '',
    due_at          timestamptz NOT NULL,
    give_up_at      timestamptz NOT NULL,
    tries           integer     NOT NULL DEFAULT 0,
    fence           bigint      NOT NULL DEFAULT 0,
    lease_owner     uuid,
    lease_until     timestamptz,
    CONSTRAINT notification_pkey PRIMARY KEY (notification_id, endpoint_id),
    CONSTRAINT notification_tries_not_negative CHECK (tries >= 0),
    CONSTRAINT notification_lease_whole CHECK ((lease_owner IS NULL) = (lease_until IS NULL))
) WITH (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_cost_delay = 0
);
CREATE INDEX notification_due_idx ON queue.notification (endpoint_id, due_at, notification_id) WHERE lease_owner IS NULL;
CREATE INDEX notification_lease_idx ON queue.notification (lease_until) WHERE lease_owner IS NOT NULL;
COMMENT ON TABLE queue.notification IS
    'One row per notification and endpoint that is to be delivered. Written with the notification; leased by alert '
    'workers, who delete it when it is delivered or given up, or make it due again. Every write by a lease''s holder '
    'repeats its fence.';
COMMENT ON COLUMN queue.notification.notification_id IS 'alert.notification.id.';
COMMENT ON COLUMN queue.notification.endpoint_id IS 'alert.endpoint.id.';
COMMENT ON COLUMN queue.notification.account IS
    'alert.notification.account, '''' for the operators'': an account''s endpoints share its part of a worker''s deliveries.';
COMMENT ON COLUMN queue.notification.due_at IS 'Not to be delivered before.';
COMMENT ON COLUMN queue.notification.give_up_at IS 'When trying ends.';
COMMENT ON COLUMN queue.notification.tries IS 'Deliveries that were tried.';
COMMENT ON COLUMN queue.notification.fence IS 'Rises with every lease: who holds an older one has lost it.';
COMMENT ON COLUMN queue.notification.lease_owner IS 'ops.process.process_id that delivers it now; NULL = nobody.';
COMMENT ON COLUMN queue.notification.lease_until IS
    'When the lease ends, by the database''s clock; NULL = nobody holds one.';
COMMENT ON INDEX queue.notification_due_idx IS 'What is due, by endpoint.';
COMMENT ON INDEX queue.notification_lease_idx IS 'Leases in order of their end.';

CREATE TABLE alert.delivery (
    notification_id uuid        NOT NULL,
    endpoint_id     uuid        NOT NULL,
    number          integer     NOT NULL,
    outcome         text        NOT NULL,
    status_code     integer,
    detail          text,
    tried_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT delivery_pkey PRIMARY KEY (notification_id, endpoint_id, number),
    CONSTRAINT delivery_number_positive CHECK (number > 0),
    CONSTRAINT delivery_outcome_known CHECK (outcome IN ('delivered', 'refused', 'gone', 'failed', 'blocked', 'given_up')),
    CONSTRAINT delivery_detail_bounded CHECK (length(detail) <= 512)
);
COMMENT ON TABLE alert.delivery IS
    'Every try to deliver a notification, append-only. Written by alert workers; nobody claims it. Goes with the '
    'notification.';
COMMENT ON COLUMN alert.delivery.notification_id IS 'alert.notification.id.';
COMMENT ON COLUMN alert.delivery.endpoint_id IS 'alert.endpoint.id.';
COMMENT ON COLUMN alert.delivery.number IS '1 = first try, across redeliveries.';
COMMENT ON COLUMN alert.delivery.outcome IS
    'delivered (2xx), refused (another status), gone (410), failed (no answer), blocked (its address is not allowed), '
    'given_up (the schedule or the endpoint''s life is over).';
COMMENT ON COLUMN alert.delivery.status_code IS 'HTTP status of the answer; NULL if there was none.';
COMMENT ON COLUMN alert.delivery.detail IS 'Why it failed, for people; NULL where it did not.';
COMMENT ON COLUMN alert.delivery.tried_at IS 'When.';

CREATE TABLE alert.rule_event (
    rule        text        NOT NULL,
    seq         bigint      GENERATED ALWAYS AS IDENTITY,
    ok          boolean     NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT rule_event_pkey PRIMARY KEY (rule, seq)
);
COMMENT ON TABLE alert.rule_event IS
    'When a rule of monitor.health stopped holding and when it held again, as operators were told: the last row of a rule '
    'says which. Written by alert workers; nobody claims it.';
COMMENT ON COLUMN alert.rule_event.rule IS 'monitor.health.name.';
COMMENT ON COLUMN alert.rule_event.seq IS 'Order of the events.';
COMMENT ON COLUMN alert.rule_event.ok IS 'Whether it held.';
COMMENT ON COLUMN alert.rule_event.recorded_at IS 'Start of the transaction that recorded it.';

-- monitor.health for alert workers, who read no other view. Bound when it runs: the view is made anew now and then, and
-- a grant on it would go with it.
CREATE FUNCTION alert.health()
RETURNS TABLE (name text, ok boolean, value numeric, threshold numeric, detail text, what_to_do text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY SELECT h.name, h.ok, h.value, h.threshold, h.detail, h.what_to_do FROM monitor.health AS h;
END
$$;
COMMENT ON FUNCTION alert.health() IS 'What monitor.health shows, for alert workers.';
REVOKE ALL ON FUNCTION alert.health() FROM PUBLIC;

-- A message that failed, or has not failed after all. A trigger, so that whoever learns evidence tells of it, and only of
-- changes: of a message that is simply delivered it costs a comparison.
-- Late evidence of an earlier cycle after a resend is none of them: the message was pending by its user's wish, and is
-- sent. Whether that evidence or the resend's own came first is chance; an event would be told in one order and not in the
-- other.
CREATE FUNCTION alert.entry_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO alert.event (account, kind, subject, data)
    SELECT NEW.account, CASE NEW.status WHEN 'failed' THEN 'sms.failed' ELSE 'sms.recovered' END, NEW.id::text,
           jsonb_build_object('userId', NEW.user_id, 'cycle', NEW.cycle, 'deliveryState', NEW.delivery_state)
    WHERE NOT EXISTS (SELECT FROM alert.settings AS s WHERE s.account = NEW.account AND NOT s.failed_sms)
      -- A resend makes it pending, too: then it is queued, as no failed message is.
      AND (NEW.status = 'failed' OR NOT EXISTS (SELECT FROM queue.send AS q WHERE q.entry_id = NEW.id));
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION alert.entry_changed() IS 'Records that a message failed, or that a failed one has not after all.';
REVOKE ALL ON FUNCTION alert.entry_changed() FROM PUBLIC;
CREATE TRIGGER entry_changed AFTER UPDATE OF status ON outbox.entry
    FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND NEW.delivery_state <> 'cancelled'
        AND (NEW.status = 'failed' OR OLD.status = 'failed' AND OLD.delivery_state <> 'cancelled'))
    EXECUTE FUNCTION alert.entry_changed();
COMMENT ON TRIGGER entry_changed ON outbox.entry IS
    'Cancelled is no failure, and what becomes of it is no recovery.';

-- A balance that fell below a threshold. Ledger rows are in the order of their account and never written twice, so each
-- crossing is one row of it.
CREATE FUNCTION alert.ledger_posted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO alert.event (account, kind, subject, data)
    SELECT p.account, 'balance.low', t.amount::text,
           jsonb_build_object('threshold', t.amount, 'balance', p.balance_after, 'currency', b.currency, 'seq', p.seq)
    FROM posted AS p
    JOIN alert.balance_threshold AS t ON t.account = p.account
    JOIN billing.account AS b ON b.name = p.account
    WHERE p.balance_after < t.amount
      AND p.balance_after - p.amount >= t.amount
      AND NOT EXISTS (SELECT FROM alert.settings AS s WHERE s.account = p.account AND NOT s.low_balance)
    ORDER BY p.account, p.seq, t.amount DESC;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION alert.ledger_posted() IS 'Records that a balance fell below a threshold.';
REVOKE ALL ON FUNCTION alert.ledger_posted() FROM PUBLIC;
CREATE TRIGGER ledger_posted AFTER INSERT ON billing.ledger_entry
    REFERENCING NEW TABLE AS posted
    FOR EACH STATEMENT
    EXECUTE FUNCTION alert.ledger_posted();

-- A provider that takes no work any more, or takes it again: told in the transaction that says so, however short the pause.
CREATE FUNCTION alert.lock_provider_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- One writer at a time, until its commit: the order of seq is then that in which the next one sees them, and what two
    -- workers find out at the same moment is one pause.
    PERFORM pg_advisory_xact_lock(hashtextextended('postroom provider event', 0));
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION alert.lock_provider_events() IS 'Lets one transaction at a time record events of providers.';
REVOKE ALL ON FUNCTION alert.lock_provider_events() FROM PUBLIC;
CREATE TRIGGER provider_event_locked BEFORE INSERT ON ops.provider_event
    FOR EACH STATEMENT
    EXECUTE FUNCTION alert.lock_provider_events();

CREATE FUNCTION alert.provider_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO alert.event (kind, subject, data)
    SELECT 'provider.' || NEW.kind, NEW.provider,
           jsonb_build_object('provider', NEW.provider) || CASE NEW.kind WHEN 'paused' THEN jsonb_build_object(
               'code', NEW.code,
               'whatToDo', 'See what the code means (credentials, balance, address not allowed), mend it; a probe resumes by '
                           'itself.') ELSE '{}' END
    WHERE NEW.kind <> coalesce((SELECT p.kind FROM ops.provider_event AS p
                                WHERE p.provider = NEW.provider AND p.seq < NEW.seq
                                ORDER BY p.seq DESC LIMIT 1), 'resumed');
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION alert.provider_changed() IS
    'Records that a provider was paused or resumed, unless that is how it stood.';
REVOKE ALL ON FUNCTION alert.provider_changed() FROM PUBLIC;
CREATE TRIGGER provider_changed AFTER INSERT ON ops.provider_event
    FOR EACH ROW
    EXECUTE FUNCTION alert.provider_changed();
COMMENT ON TRIGGER provider_changed ON ops.provider_event IS 'Operators are told of a pause and of its end, each once.';
-- Of those that are paused already.
INSERT INTO alert.event (kind, subject, data)
SELECT 'provider.paused', p.name,
       jsonb_build_object('provider', p.name, 'code', latest.code,
                          'whatToDo', 'See what the code means, mend it; a probe resumes by itself.')
FROM ops.provider AS p
CROSS JOIN LATERAL (
    SELECT e.kind, e.code FROM ops.provider_event AS e WHERE e.provider = p.name ORDER BY e.seq DESC LIMIT 1
) AS latest
WHERE latest.kind = 'paused';

-- Old notifications go by age of their ids' days, their deliveries with them. Nothing that is still to be delivered goes.
CREATE FUNCTION alert.prune(retention interval, rows_max integer)
RETURNS TABLE (notifications bigint, rule_events bigint, endpoints bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '50ms'
AS $$
DECLARE
    oldest_kept timestamptz := clock_timestamp() - retention;
BEGIN
    IF retention IS NULL OR retention < interval '1 day' THEN
        RETURN QUERY SELECT 0::bigint, 0::bigint, 0::bigint;
        RETURN;
    END IF;
    WITH old AS MATERIALIZED (
        SELECT n.id FROM alert.notification AS n
        WHERE n.id < ops.day_lowest_id((oldest_kept AT TIME ZONE 'UTC')::date + 1)
          AND n.created_at < oldest_kept
          AND NOT EXISTS (SELECT FROM queue.notification AS q WHERE q.notification_id = n.id)
        ORDER BY n.id LIMIT rows_max FOR UPDATE SKIP LOCKED
    ), delivery AS (
        DELETE FROM alert.delivery AS d USING old WHERE d.notification_id = old.id
    ), notification AS (
        DELETE FROM alert.notification AS n USING old WHERE n.id = old.id RETURNING n.id
    )
    SELECT count(*) INTO notifications FROM notification;
    -- But the last of a rule, which says how it stands.
    WITH old AS MATERIALIZED (
        SELECT v.rule, v.seq FROM alert.rule_event AS v
        WHERE v.recorded_at < oldest_kept
          AND EXISTS (SELECT FROM alert.rule_event AS l WHERE l.rule = v.rule AND l.seq > v.seq)
        LIMIT rows_max FOR UPDATE SKIP LOCKED
    ), rule_event AS (
        DELETE FROM alert.rule_event AS v USING old WHERE v.rule = old.rule AND v.seq = old.seq RETURNING v.seq
    )
    SELECT count(*) INTO rule_events FROM rule_event;
    -- Where no alert worker runs, what happened waits in vain, and not for ever.
    DELETE FROM alert.event AS v
    WHERE v.seq IN (SELECT o.seq FROM alert.event AS o WHERE o.happened_at < oldest_kept ORDER BY o.seq LIMIT rows_max);
    WITH old AS MATERIALIZED (
        SELECT e.id FROM alert.endpoint AS e
        WHERE e.deleted_at < oldest_kept
          AND NOT EXISTS (SELECT FROM queue.notification AS q WHERE q.endpoint_id = e.id)
        LIMIT rows_max FOR UPDATE SKIP LOCKED
    ), endpoint AS (
        DELETE FROM alert.endpoint AS e USING old WHERE e.id = old.id RETURNING e.id
    )
    SELECT count(*) INTO endpoints FROM endpoint;
    RETURN NEXT;
EXCEPTION
    WHEN lock_not_available OR deadlock_detected THEN
        RETURN QUERY SELECT 0::bigint, 0::bigint, 0::bigint;
END
$$;
COMMENT ON FUNCTION alert.prune(interval, integer) IS
    'Removes up to rows_max notifications past their retention with their deliveries, and as many old rule events and '
    'deleted endpoints.';
REVOKE ALL ON FUNCTION alert.prune(interval, integer) FROM PUBLIC;

COMMIT;
