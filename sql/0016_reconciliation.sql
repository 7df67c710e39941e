-- Reconciliation: what messages cost against what the provider charged, and which receipts came and after how long, in
-- small tables that monitor.cost_reconciliation, monitor.delivery and monitor.latency read.
--
-- A slice is the entries that were accepted within ten minutes, a range of their ids. It is computed from all the
-- evidence about them, and what is computed replaces what was there: so it does not matter how often it is done, by
-- whom, or in what order the evidence came. Slices add up to days and hours. Nothing is added to what settles webhooks
-- and sends: slices of the last two hours are computed again and again, ever more seldom, and evidence about older ones,
-- which is rare, leaves a note (billing.cost_touch) in its own transaction, so that none is missed.
-- Locks: none that others wait for (new objects only).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (16, 'reconciliation');

CREATE TABLE billing.cost_touch (
    slice timestamptz NOT NULL,
    seq   bigint      GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT cost_touch_pkey PRIMARY KEY (slice, seq)
);
COMMENT ON TABLE billing.cost_touch IS
    'Slices of which evidence came after they were last to change by themselves. Append-only: written by whoever brings '
    'the evidence, in its transaction; taken out by billing.fold_slice, which computes the slice anew.';
COMMENT ON COLUMN billing.cost_touch.slice IS 'Start of the slice.';
COMMENT ON COLUMN billing.cost_touch.seq IS 'Tells notes of one slice apart, so that no writer waits for another.';

CREATE TABLE billing.cost_slice_state (
    slice       timestamptz NOT NULL,
    computed_at timestamptz NOT NULL,
    CONSTRAINT cost_slice_state_pkey PRIMARY KEY (slice)
);
COMMENT ON TABLE billing.cost_slice_state IS 'When each slice was last computed. Written by billing.fold_slice only.';
COMMENT ON COLUMN billing.cost_slice_state.slice IS 'Start of the slice.';
COMMENT ON COLUMN billing.cost_slice_state.computed_at IS
    'When it was last computed; infinity = it is not to be computed any more.';

CREATE TABLE billing.cost_slice (
    slice                  timestamptz NOT NULL,
    provider               text        NOT NULL,
    destination            text        NOT NULL,
    sender                 text        NOT NULL,
    currency               text        NOT NULL,
    provider_currency      text        NOT NULL,
    entries                bigint      NOT NULL,
    delivered              bigint      NOT NULL,
    failed                 bigint      NOT NULL,
    open                   bigint      NOT NULL,
    sends                  bigint      NOT NULL,
    units                  bigint      NOT NULL,
    provider_units         bigint      NOT NULL,
    charged                numeric     NOT NULL,
    provider_charged       numeric     NOT NULL,
    provider_charged_cny   numeric     NOT NULL,
    provider_charged_here  numeric     NOT NULL,
    segments_differ        bigint      NOT NULL,
    prices_differ          bigint      NOT NULL,
    currencies_differ      bigint      NOT NULL,
    charged_more           bigint      NOT NULL,
    duplicate_charges      bigint      NOT NULL,
    without_receipt        bigint      NOT NULL,
    without_price          bigint      NOT NULL,
    receipts_without_entry bigint      NOT NULL,
    receipts_expected      bigint      NOT NULL,
    receipts_by_webhook    bigint      NOT NULL,
    receipts_by_query      bigint      NOT NULL,
    CONSTRAINT cost_slice_pkey PRIMARY KEY (slice, provider, destination, sender, currency, provider_currency)
);
COMMENT ON TABLE billing.cost_slice IS
    'What the entries accepted within ten minutes came to; parked receipts count where they were received. Written by '
    'billing.fold_slice only, which replaces a slice''s rows, and drops them when the day is older than 35 days: '
    'evidence that comes later still moves the ledger, and no report.';
COMMENT ON COLUMN billing.cost_slice.slice IS 'Start of the ten minutes in which the entries were accepted.';
COMMENT ON COLUMN billing.cost_slice.provider IS 'ops.provider.name.';
COMMENT ON COLUMN billing.cost_slice.destination IS 'Calling code of the recipients; empty where there is none.';
COMMENT ON COLUMN billing.cost_slice.sender IS
    'Sender; empty for those beyond the 200 pairs of destination and sender with the most entries.';
COMMENT ON COLUMN billing.cost_slice.currency IS 'Currency of our charge; empty for receipts without an entry.';
COMMENT ON COLUMN billing.cost_slice.provider_currency IS
    'Currency of the provider''s charge; empty where it charged nothing, XXX where it did not say '
    'of which it is.';
COMMENT ON COLUMN billing.cost_slice.entries IS 'Entries.';
COMMENT ON COLUMN billing.cost_slice.delivered IS 'Of them, sent: delivered, or accepted by a provider without receipts.';
COMMENT ON COLUMN billing.cost_slice.failed IS 'Of them, failed; cancelled ones are in none of the three.';
COMMENT ON COLUMN billing.cost_slice.open IS 'Of them, pending.';
COMMENT ON COLUMN billing.cost_slice.sends IS 'Attempts that the provider took.';
COMMENT ON COLUMN billing.cost_slice.units IS 'Parts that are owed, by our count.';
COMMENT ON COLUMN billing.cost_slice.provider_units IS 'Parts by the provider''s count.';
COMMENT ON COLUMN billing.cost_slice.charged IS 'What is owed to us, in currency.';
COMMENT ON COLUMN billing.cost_slice.provider_charged IS 'What the provider charged, in provider_currency.';
COMMENT ON COLUMN billing.cost_slice.provider_charged_cny IS 'The same in CNY by the receipts'' own rates, as far as they lead there.';
COMMENT ON COLUMN billing.cost_slice.provider_charged_here IS 'The same in currency, without what currencies_differ counts.';
COMMENT ON COLUMN billing.cost_slice.segments_differ IS 'Sends of which the provider counted other parts than we.';
COMMENT ON COLUMN billing.cost_slice.prices_differ IS 'Sends whose part costs there another price than here.';
COMMENT ON COLUMN billing.cost_slice.currencies_differ IS 'Sends charged in a currency that cannot be compared.';
COMMENT ON COLUMN billing.cost_slice.charged_more IS 'Sends for which the provider charged more than we.';
COMMENT ON COLUMN billing.cost_slice.duplicate_charges IS 'Sends charged beside another of the same cycle.';
COMMENT ON COLUMN billing.cost_slice.without_receipt IS 'Sends that were accepted and have no receipt.';
COMMENT ON COLUMN billing.cost_slice.without_price IS 'Sends whose receipt has no price or size.';
COMMENT ON COLUMN billing.cost_slice.receipts_without_entry IS 'Parked receipts.';
COMMENT ON COLUMN billing.cost_slice.receipts_expected IS 'Sends of which a receipt is expected.';
COMMENT ON COLUMN billing.cost_slice.receipts_by_webhook IS 'Of them, those with a deciding receipt, and one that came by itself.';
COMMENT ON COLUMN billing.cost_slice.receipts_by_query IS 'Of them, those whose deciding receipt was asked for.';

CREATE TABLE billing.cost_day (
    day                    date        NOT NULL,
    provider               text        NOT NULL,
    destination            text        NOT NULL,
    sender                 text        NOT NULL,
    currency               text        NOT NULL,
    provider_currency      text        NOT NULL,
    sends                  bigint      NOT NULL,
    units                  bigint      NOT NULL,
    provider_units         bigint      NOT NULL,
    charged                numeric     NOT NULL,
    provider_charged       numeric     NOT NULL,
    provider_charged_cny   numeric     NOT NULL,
    provider_charged_here  numeric     NOT NULL,
    segments_differ        bigint      NOT NULL,
    prices_differ          bigint      NOT NULL,
    currencies_differ      bigint      NOT NULL,
    charged_more           bigint      NOT NULL,
    duplicate_charges      bigint      NOT NULL,
    without_receipt        bigint      NOT NULL,
    without_price          bigint      NOT NULL,
    receipts_without_entry bigint      NOT NULL,
    CONSTRAINT cost_day_pkey PRIMARY KEY (day, provider, destination, sender, currency, provider_currency)
);
COMMENT ON TABLE billing.cost_day IS
    'The sums of a UTC day''s slices, of the 500 pairs of destination and sender with the most sends by name. Written by '
    'billing.fold_slice only, which replaces a day; read through monitor.cost_reconciliation.';
COMMENT ON COLUMN billing.cost_day.day IS 'UTC day on which the entries were accepted: that of their charge in the ledger.';
COMMENT ON COLUMN billing.cost_day.provider IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.destination IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.sender IS 'As in billing.cost_slice; empty beyond the 500 pairs.';
COMMENT ON COLUMN billing.cost_day.currency IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.provider_currency IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.sends IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.units IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.provider_units IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.charged IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.provider_charged IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.provider_charged_cny IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.provider_charged_here IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.segments_differ IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.prices_differ IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.currencies_differ IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.charged_more IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.duplicate_charges IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.without_receipt IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.without_price IS 'As in billing.cost_slice.';
COMMENT ON COLUMN billing.cost_day.receipts_without_entry IS 'As in billing.cost_slice.';

CREATE TABLE outbox.delivery_hour (
    hour                timestamptz NOT NULL,
    provider            text        NOT NULL,
    destination         text        NOT NULL,
    entries             bigint      NOT NULL,
    delivered           bigint      NOT NULL,
    failed              bigint      NOT NULL,
    open                bigint      NOT NULL,
    receipts_expected   bigint      NOT NULL,
    receipts_by_webhook bigint      NOT NULL,
    receipts_by_query   bigint      NOT NULL,
    CONSTRAINT delivery_hour_pkey PRIMARY KEY (hour, provider, destination)
);
COMMENT ON TABLE outbox.delivery_hour IS
    'What became of the entries of an hour, and of the receipts expected for them: the sums of its slices. Written by '
    'billing.fold_slice only, which replaces an hour, and drops it with its slices; read through monitor.delivery.';
COMMENT ON COLUMN outbox.delivery_hour.hour IS 'Start of the hour in which the entries were accepted.';
COMMENT ON COLUMN outbox.delivery_hour.provider IS 'ops.provider.name.';
COMMENT ON COLUMN outbox.delivery_hour.destination IS 'Calling code of the recipients.';
COMMENT ON COLUMN outbox.delivery_hour.entries IS 'As in billing.cost_slice.';
COMMENT ON COLUMN outbox.delivery_hour.delivered IS 'As in billing.cost_slice.';
COMMENT ON COLUMN outbox.delivery_hour.failed IS 'As in billing.cost_slice.';
COMMENT ON COLUMN outbox.delivery_hour.open IS 'As in billing.cost_slice.';
COMMENT ON COLUMN outbox.delivery_hour.receipts_expected IS 'As in billing.cost_slice.';
COMMENT ON COLUMN outbox.delivery_hour.receipts_by_webhook IS 'As in billing.cost_slice.';
COMMENT ON COLUMN outbox.delivery_hour.receipts_by_query IS 'As in billing.cost_slice.';

-- Both ends by our own clocks: from when the attempt was taken (as outbox.entry.sent_at has it) until the first receipt
-- that says delivered reached us. What the provider's clock says of the delivery is in whole seconds and as wrong as that
-- clock. So one that had to be asked for counts when it was asked for: it is then that the message was known as delivered.
CREATE TABLE outbox.delivery_time_slice (
    slice    timestamptz NOT NULL,
    provider text        NOT NULL,
    bound_ms bigint      NOT NULL,
    messages bigint      NOT NULL,
    CONSTRAINT delivery_time_slice_pkey PRIMARY KEY (slice, provider, bound_ms)
);
COMMENT ON TABLE outbox.delivery_time_slice IS
    'How long the attempts of the entries accepted within ten minutes took from accepted to delivered. Written by '
    'billing.fold_slice only, which replaces a slice''s rows, and drops them with the slice; read through monitor.latency.';
COMMENT ON COLUMN outbox.delivery_time_slice.slice IS 'Start of the ten minutes in which the entries were accepted.';
COMMENT ON COLUMN outbox.delivery_time_slice.provider IS 'ops.provider.name.';
COMMENT ON COLUMN outbox.delivery_time_slice.bound_ms IS
    'They took no longer, in ms, and longer than half of it: a power of two; 268435456 (three days) = that or any longer.';
COMMENT ON COLUMN outbox.delivery_time_slice.messages IS 'Attempts that were delivered after that time.';

CREATE TABLE outbox.delivery_time_day (
    day      date   NOT NULL,
    provider text   NOT NULL,
    bound_ms bigint NOT NULL,
    messages bigint NOT NULL,
    CONSTRAINT delivery_time_day_pkey PRIMARY KEY (day, provider, bound_ms)
);
COMMENT ON TABLE outbox.delivery_time_day IS
    'The sums of a UTC day''s slices. Written by billing.fold_slice only, which replaces a day, and drops it with its '
    'slices; read through monitor.latency.';
COMMENT ON COLUMN outbox.delivery_time_day.day IS 'UTC day on which the entries were accepted.';
COMMENT ON COLUMN outbox.delivery_time_day.provider IS 'As in outbox.delivery_time_slice.';
COMMENT ON COLUMN outbox.delivery_time_day.bound_ms IS 'As in outbox.delivery_time_slice.';
COMMENT ON COLUMN outbox.delivery_time_day.messages IS 'As in outbox.delivery_time_slice.';

CREATE FUNCTION billing.compute_slice(start timestamptz) RETURNS SETOF billing.cost_slice
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
-- Every look-up by its index, whatever the statistics say: a slice is small against the tables.
SET enable_seqscan = off
SET jit = off
AS $$
WITH attempt AS MATERIALIZED (
    SELECT c.* FROM billing.attempt_cost AS c
    WHERE c.entry_id >= ops.time_lowest_id($1) AND c.entry_id < ops.time_lowest_id($1 + interval '10 minutes')
), entry AS MATERIALIZED (
    SELECT e.id, e.provider, billing.calling_code(substr(e.recipient_phone_number, 2)) AS destination,
           e.sender_id AS sender, e.currency, e.sms_units_used AS units, e.cost_per_unit, e.status, e.delivery_state,
           e.cycle, e.owed_cycles
    FROM outbox.entry AS e
    WHERE e.id >= ops.time_lowest_id($1) AND e.id < ops.time_lowest_id($1 + interval '10 minutes')
), charged_cycle AS MATERIALIZED (
    -- What a user owes for a cycle stands beside what the provider charged for its first charged attempt.
    SELECT DISTINCT ON (a.entry_id, a.cycle) a.entry_id, a.cycle, a.provider, a.provider_currency
    FROM attempt AS a WHERE a.provider_charge > 0
    ORDER BY a.entry_id, a.cycle, a.number
), owed AS (
    SELECT e.id, e.provider, e.destination, e.sender, e.currency, e.units, e.cost_per_unit, n AS cycle
    FROM entry AS e CROSS JOIN LATERAL generate_series(0, e.cycle) AS n
    WHERE (e.owed_cycles >> n) & 1 = 1
), line AS (
    SELECT e.provider, e.destination, e.sender, e.currency, '' AS provider_currency, 1 AS entries,
           (e.status = 'sent')::integer AS delivered,
           (e.status = 'failed' AND e.delivery_state <> 'cancelled')::integer AS failed,
           (e.status = 'pending')::integer AS open,
           0 AS sends, 0 AS units, 0 AS provider_units, 0::numeric AS charged, 0::numeric AS provider_charged,
           0::numeric AS provider_charged_cny, 0::numeric AS provider_charged_here, 0 AS segments_differ,
           0 AS prices_differ, 0 AS currencies_differ, 0 AS charged_more, 0 AS duplicate_charges, 0 AS without_receipt,
           0 AS without_price, 0 AS receipts_without_entry, 0 AS receipts_expected, 0 AS receipts_by_webhook,
           0 AS receipts_by_query
    FROM entry AS e
    UNION ALL
    SELECT coalesce(h.provider, o.provider), o.destination, o.sender, o.currency, coalesce(h.provider_currency, ''),
           0, 0, 0, 0, 0, o.units, 0, o.units * o.cost_per_unit, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    FROM owed AS o LEFT JOIN charged_cycle AS h ON h.entry_id = o.id AND h.cycle = o.cycle
    UNION ALL
    SELECT a.provider, billing.calling_code(substr(a.recipient_phone_number, 2)), a.sender_id, a.currency,
           CASE WHEN a.provider_charge > 0 THEN a.provider_currency ELSE '' END, 0, 0, 0, 0, 1, 0,
           coalesce(a.provider_units, 0), 0, coalesce(a.provider_charge, 0), coalesce(a.provider_charge_cny, 0),
           coalesce(a.provider_charge_here, 0), a.segments_differ::integer, a.price_differs::integer,
           a.currency_differs::integer, a.charged_more::integer, a.is_duplicate::integer,
           a.is_without_receipt::integer, a.is_without_price::integer, 0, a.sends_receipts::integer,
           (a.sends_receipts AND a.has_deciding_receipt AND a.by_webhook)::integer,
           (a.sends_receipts AND a.has_deciding_receipt AND NOT a.by_webhook)::integer
    FROM attempt AS a
    UNION ALL
    SELECT r.provider, billing.calling_code(r.phone), '', '',
           CASE WHEN r.price * r.size > 0 THEN
                    CASE WHEN upper(btrim(r.currency)) ~ '^[A-Z]{3}$' THEN upper(btrim(r.currency)) ELSE 'XXX' END
                ELSE '' END,
           0, 0, 0, 0, 0, 0, coalesce(r.size, 0), 0, coalesce(r.price * r.size, 0),
           coalesce(r.price * r.size * CASE upper(btrim(r.currency)) WHEN 'CNY' THEN 1 WHEN 'USD' THEN r.rate END, 0),
           0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0
    FROM outbox.receipt AS r
    WHERE r.entry_id IS NULL AND r.received_at >= $1 AND r.received_at < $1 + interval '10 minutes'
), ranked AS (
    -- The bound of a slice's rows. By name where two are of one size, so that it is the same each time.
    SELECT n.provider, n.destination, n.sender,
           row_number() OVER (PARTITION BY n.provider ORDER BY n.entries DESC, n.destination, n.sender) AS place
    FROM (SELECT e.provider, e.destination, e.sender, count(*) AS entries
          FROM entry AS e GROUP BY e.provider, e.destination, e.sender) AS n
), named AS MATERIALIZED (
    SELECT r.destination, r.sender FROM ranked AS r WHERE r.place <= 200 GROUP BY r.destination, r.sender
)
SELECT $1, l.provider, l.destination, coalesce(n.sender, ''), l.currency, l.provider_currency, sum(l.entries),
       sum(l.delivered), sum(l.failed), sum(l.open), sum(l.sends), sum(l.units), sum(l.provider_units),
       trim_scale(sum(l.charged)), trim_scale(sum(l.provider_charged)), trim_scale(sum(l.provider_charged_cny)),
       trim_scale(sum(l.provider_charged_here)), sum(l.segments_differ), sum(l.prices_differ),
       sum(l.currencies_differ), sum(l.charged_more), sum(l.duplicate_charges), sum(l.without_receipt),
       sum(l.without_price), sum(l.receipts_without_entry), sum(l.receipts_expected), sum(l.receipts_by_webhook),
       sum(l.receipts_by_query)
FROM line AS l LEFT JOIN named AS n ON n.destination = l.destination AND n.sender = l.sender
GROUP BY l.provider, l.destination, coalesce(n.sender, ''), l.currency, l.provider_currency
$$;
COMMENT ON FUNCTION billing.compute_slice(timestamptz) IS
    'What a slice comes to by all the evidence there is now; writes nothing. Three look-ups by index an entry.';

CREATE FUNCTION billing.sum_day(at date) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
DELETE FROM billing.cost_day AS d WHERE d.day = $1;
WITH slice AS MATERIALIZED (
    SELECT s.* FROM billing.cost_slice AS s
    WHERE s.slice >= $1::timestamp AT TIME ZONE 'UTC' AND s.slice < ($1 + 1)::timestamp AT TIME ZONE 'UTC'
), ranked AS (
    SELECT n.destination, n.sender,
           row_number() OVER (PARTITION BY n.provider ORDER BY n.sends DESC, n.destination, n.sender) AS place
    FROM (SELECT s.provider, s.destination, s.sender, sum(s.sends) AS sends
          FROM slice AS s WHERE s.sender <> '' GROUP BY s.provider, s.destination, s.sender) AS n
), named AS (
    SELECT r.destination, r.sender FROM ranked AS r WHERE r.place <= 500 GROUP BY r.destination, r.sender
)
INSERT INTO billing.cost_day
    (day, provider, destination, sender, currency, provider_currency, sends, units, provider_units, charged,
     provider_charged, provider_charged_cny, provider_charged_here, segments_differ, prices_differ, currencies_differ,
     charged_more, duplicate_charges, without_receipt, without_price, receipts_without_entry)
SELECT $1, s.provider, s.destination, coalesce(n.sender, ''), s.currency, s.provider_currency,
       sum(s.sends), sum(s.units), sum(s.provider_units), trim_scale(sum(s.charged)),
       trim_scale(sum(s.provider_charged)), trim_scale(sum(s.provider_charged_cny)),
       trim_scale(sum(s.provider_charged_here)), sum(s.segments_differ), sum(s.prices_differ),
       sum(s.currencies_differ), sum(s.charged_more), sum(s.duplicate_charges), sum(s.without_receipt),
       sum(s.without_price), sum(s.receipts_without_entry)
FROM slice AS s LEFT JOIN named AS n ON n.destination = s.destination AND n.sender = s.sender
GROUP BY s.provider, s.destination, coalesce(n.sender, ''), s.currency, s.provider_currency
-- A slice whose entries are all still waiting is nothing to compare.
HAVING sum(s.sends) + sum(s.units) + sum(s.receipts_without_entry) > 0
$$;
COMMENT ON FUNCTION billing.sum_day(date) IS 'Replaces a day of billing.cost_day by the sums of its slices.';

CREATE FUNCTION outbox.sum_hour(at timestamptz) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
DELETE FROM outbox.delivery_hour AS d WHERE d.hour = $1;
INSERT INTO outbox.delivery_hour
    (hour, provider, destination, entries, delivered, failed, open, receipts_expected, receipts_by_webhook,
     receipts_by_query)
SELECT $1, s.provider, s.destination, sum(s.entries), sum(s.delivered), sum(s.failed), sum(s.open),
       sum(s.receipts_expected), sum(s.receipts_by_webhook), sum(s.receipts_by_query)
FROM billing.cost_slice AS s
WHERE s.slice >= $1 AND s.slice < $1 + interval '1 hour'
GROUP BY s.provider, s.destination
HAVING sum(s.entries) + sum(s.receipts_expected) > 0
$$;
COMMENT ON FUNCTION outbox.sum_hour(timestamptz) IS
    'Replaces an hour of outbox.delivery_hour by the sums of its slices.';

CREATE FUNCTION outbox.sum_delivery_times(start timestamptz) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
DELETE FROM outbox.delivery_time_slice AS s WHERE s.slice = $1;
WITH bound AS MATERIALIZED (
    SELECT array_agg((2 ^ n)::bigint ORDER BY n) AS below FROM generate_series(0, 27) AS n
)
INSERT INTO outbox.delivery_time_slice (slice, provider, bound_ms, messages)
SELECT $1, a.provider,
       -- So many bounds are below it: the power of the first that is not.
       (2 ^ width_bucket(
           ceil(extract(epoch FROM d.at - CASE WHEN a.state = 'accepted' THEN coalesce(a.settled_at, a.dispatched_at)
                                               ELSE a.dispatched_at END) * 1000)::bigint - 1, b.below))::bigint,
       count(*)
FROM bound AS b, outbox.attempt AS a
CROSS JOIN LATERAL (
    SELECT min(r.received_at) AS at FROM outbox.receipt AS r
    WHERE r.entry_id = a.entry_id AND r.attempt_id = a.id AND r.rank = 3
) AS d
WHERE a.entry_id >= ops.time_lowest_id($1) AND a.entry_id < ops.time_lowest_id($1 + interval '10 minutes')
  AND a.dispatched_at IS NOT NULL AND d.at IS NOT NULL
GROUP BY 2, 3;
DELETE FROM outbox.delivery_time_day AS d WHERE d.day = ($1 AT TIME ZONE 'UTC')::date;
INSERT INTO outbox.delivery_time_day (day, provider, bound_ms, messages)
SELECT ($1 AT TIME ZONE 'UTC')::date, s.provider, s.bound_ms, sum(s.messages)
FROM outbox.delivery_time_slice AS s
WHERE s.slice >= date_trunc('day', $1, 'UTC') AND s.slice < date_trunc('day', $1, 'UTC') + interval '24 hours'
GROUP BY s.provider, s.bound_ms
$$;
COMMENT ON FUNCTION outbox.sum_delivery_times(timestamptz) IS
    'Replaces a slice of outbox.delivery_time_slice by what all the evidence there is now comes to, and its day by the sums '
    'of its slices. Two look-ups by index an attempt.';

CREATE FUNCTION billing.fold_slice(
    wait_max interval DEFAULT '6 hours', at timestamptz DEFAULT clock_timestamp()) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '50ms'
AS $$
#variable_conflict use_column
DECLARE
    -- Slices are computed anew while their day is not older.
    days_max CONSTANT integer := 35;
    -- Younger ones need no note: they are computed again in any case. Longer than any difference of clocks (who brings
    -- evidence notes slices that began over an hour ago).
    unsealed CONSTANT interval := '2 hours 10 minutes';
    oldest   timestamptz := (date_trunc('day', at AT TIME ZONE 'UTC') - make_interval(days => days_max))
                            AT TIME ZONE 'UTC';
    due      timestamptz;
    changed  boolean;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('postroom billing cost', 0)) THEN
        RETURN NULL;
    END IF;
    DELETE FROM billing.cost_touch AS t
    WHERE t.slice < oldest
       OR EXISTS (SELECT FROM billing.cost_touch AS l WHERE l.slice = t.slice AND l.seq > t.seq);
    -- The youngest first, as that is what people look at. The waits grow with age: four times in the first two hours,
    -- and then only where something came.
    SELECT s.slice INTO due
    FROM generate_series(oldest, date_bin('10 minutes', at, '2000-01-01Z') - interval '10 minutes',
                         interval '10 minutes') AS s (slice)
    LEFT JOIN billing.cost_slice_state AS c ON c.slice = s.slice
    LEFT JOIN (SELECT DISTINCT t.slice FROM billing.cost_touch AS t) AS t ON t.slice = s.slice
    WHERE CASE
        WHEN c.computed_at = 'infinity' THEN false
        -- Also where the clock was ahead then: what it saw of that time was nothing.
        WHEN c.computed_at IS NULL OR c.computed_at > at THEN at >= s.slice + interval '11 minutes'
        WHEN c.computed_at < s.slice + unsealed THEN
            at >= s.slice + unsealed OR at - c.computed_at >= least(2 * (c.computed_at - s.slice), wait_max)
        ELSE t.slice IS NOT NULL AND at - c.computed_at >= least(2 * (c.computed_at - s.slice), wait_max)
        END
    ORDER BY s.slice DESC LIMIT 1;
    IF due IS NULL THEN
        RETURN NULL;
    END IF;
    -- First the notes, then a look of its own at the evidence: what a note that is gone stood for is in sight, and one
    -- that comes meanwhile stays.
    DELETE FROM billing.cost_touch AS t WHERE t.slice = due;
    WITH new AS MATERIALIZED (
        SELECT n.* FROM billing.compute_slice(due) AS n
    ), gone AS (
        DELETE FROM billing.cost_slice AS o
        WHERE o.slice = due AND NOT EXISTS (
            SELECT FROM new AS n
            WHERE n.provider = o.provider AND n.destination = o.destination AND n.sender = o.sender
              AND n.currency = o.currency AND n.provider_currency = o.provider_currency)
        RETURNING 1
    ), put AS (
        INSERT INTO billing.cost_slice AS o
            (slice, provider, destination, sender, currency, provider_currency, entries, delivered, failed, open,
             sends, units, provider_units, charged, provider_charged, provider_charged_cny,
             provider_charged_here, segments_differ, prices_differ, currencies_differ, charged_more,
             duplicate_charges, without_receipt, without_price, receipts_without_entry,
             receipts_expected, receipts_by_webhook, receipts_by_query)
        SELECT n.slice, n.provider, n.destination, n.sender, n.currency, n.provider_currency, n.entries, n.delivered,
               n.failed, n.open, n.sends, n.units, n.provider_units, n.charged, n.provider_charged,
               n.provider_charged_cny, n.provider_charged_here, n.segments_differ, n.prices_differ,
               n.currencies_differ, n.charged_more, n.duplicate_charges, n.without_receipt,
               n.without_price, n.receipts_without_entry, n.receipts_expected, n.receipts_by_webhook,
               n.receipts_by_query
        FROM new AS n
        ON CONFLICT (slice, provider, destination, sender, currency, provider_currency) DO UPDATE
        SET (entries, delivered, failed, open, sends, units, provider_units, charged, provider_charged,
             provider_charged_cny, provider_charged_here, segments_differ, prices_differ,
             currencies_differ, charged_more, duplicate_charges, without_receipt, without_price,
             receipts_without_entry, receipts_expected, receipts_by_webhook, receipts_by_query)
          = (excluded.entries, excluded.delivered, excluded.failed, excluded.open, excluded.sends, excluded.units,
             excluded.provider_units, excluded.charged, excluded.provider_charged,
             excluded.provider_charged_cny, excluded.provider_charged_here, excluded.segments_differ,
             excluded.prices_differ, excluded.currencies_differ, excluded.charged_more,
             excluded.duplicate_charges, excluded.without_receipt, excluded.without_price,
             excluded.receipts_without_entry, excluded.receipts_expected, excluded.receipts_by_webhook,
             excluded.receipts_by_query)
        WHERE (o.entries, o.delivered, o.failed, o.open, o.sends, o.units, o.provider_units, o.charged,
               o.provider_charged, o.provider_charged_cny, o.provider_charged_here, o.segments_differ,
               o.prices_differ, o.currencies_differ, o.charged_more, o.duplicate_charges,
               o.without_receipt, o.without_price, o.receipts_without_entry, o.receipts_expected,
               o.receipts_by_webhook, o.receipts_by_query)
              IS DISTINCT FROM
              (excluded.entries, excluded.delivered, excluded.failed, excluded.open, excluded.sends, excluded.units,
               excluded.provider_units, excluded.charged, excluded.provider_charged,
               excluded.provider_charged_cny, excluded.provider_charged_here, excluded.segments_differ,
               excluded.prices_differ, excluded.currencies_differ, excluded.charged_more,
               excluded.duplicate_charges, excluded.without_receipt, excluded.without_price,
               excluded.receipts_without_entry, excluded.receipts_expected, excluded.receipts_by_webhook,
               excluded.receipts_by_query)
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM gone) OR EXISTS (SELECT FROM put) INTO changed;
    INSERT INTO billing.cost_slice_state AS c (slice, computed_at) VALUES (due, at)
    ON CONFLICT (slice) DO UPDATE SET computed_at = excluded.computed_at;
    IF changed THEN
        PERFORM billing.sum_day((due AT TIME ZONE 'UTC')::date);
        PERFORM outbox.sum_hour(date_bin('1 hour', due, '2000-01-01Z'));
    END IF;
    PERFORM outbox.sum_delivery_times(due);
    DELETE FROM outbox.delivery_time_slice AS s WHERE s.slice < oldest;
    DELETE FROM outbox.delivery_time_day AS d WHERE d.day < (oldest AT TIME ZONE 'UTC')::date;
    DELETE FROM billing.cost_slice AS s WHERE s.slice < oldest;
    DELETE FROM billing.cost_slice_state AS s WHERE s.slice < oldest;
    DELETE FROM outbox.delivery_hour AS d WHERE d.hour < oldest;
    -- By the traffic's time, too: a clock that leaps on for a minute must not end the reports of a year.
    DELETE FROM billing.cost_day AS d
    WHERE d.day < least((at AT TIME ZONE 'UTC')::date, (SELECT max(m.day) FROM billing.cost_day AS m)) - 400;
    RETURN due;
EXCEPTION
    WHEN lock_not_available OR deadlock_detected THEN
        RETURN NULL;
    WHEN query_canceled THEN
        -- It took too long: noted as computed, so that the others have their turn before it is tried again.
        IF due IS NULL THEN
            RAISE;
        END IF;
        INSERT INTO billing.cost_slice_state AS c (slice, computed_at) VALUES (due, at)
        ON CONFLICT (slice) DO UPDATE SET computed_at = excluded.computed_at;
        IF due < at - unsealed THEN
            INSERT INTO billing.cost_touch (slice) VALUES (due);
        END IF;
        RAISE WARNING 'billing.fold_slice: the slice of % took too long', due;
        RETURN NULL;
END
$$;
COMMENT ON FUNCTION billing.fold_slice(interval, timestamptz) IS
    'Computes the youngest slice that is due, and with it its day and hour where that changed something. Returns its '
    'start; NULL where none is due or another process is at it. A slice is due a minute after its end and whenever it is '
    'three times as old, the last time at two hours; then where evidence came, once it is three times as old or wait_max '
    'has passed. Work: one slice. Whoever calls it goes on until NULL, or until its time is over.';

CREATE FUNCTION billing.fold_due_slice() RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN billing.fold_slice();
END
$$;
COMMENT ON FUNCTION billing.fold_due_slice() IS
    'billing.fold_slice by the clock: for roles, as another time given to that one would drop reports.';

REVOKE ALL ON FUNCTION billing.fold_due_slice(), billing.compute_slice(timestamptz), billing.sum_day(date),
    outbox.sum_hour(timestamptz), outbox.sum_delivery_times(timestamptz), billing.fold_slice(interval, timestamptz) FROM PUBLIC;

COMMIT;
