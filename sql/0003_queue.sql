-- Schema queue: what waits, what could not be processed, and the counts that prove that nothing disappears.
-- Locks: none that others wait for (new objects only).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (3, 'queue');

CREATE SCHEMA queue;
COMMENT ON SCHEMA queue IS
    'Work that waits, work that could not be done, and the counts that balance the two against the intake.';

CREATE TABLE queue.webhook (
    seq        bigint   GENERATED ALWAYS AS IDENTITY,
    webhook_id uuid     NOT NULL,
    source     text     NOT NULL,
    deaths     smallint NOT NULL DEFAULT 0,
    CONSTRAINT webhook_pkey PRIMARY KEY (seq),
    CONSTRAINT webhook_deaths_not_negative CHECK (deaths >= 0)
) WITH (
    -- Small when healthy, yet every row dies: cleaned by number of dead rows, at full speed, never for inserts.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_cost_delay = 0
);
-- Suspects only: a handful of rows at most, so that finding them never scans the backlog.
CREATE INDEX webhook_suspect_idx ON queue.webhook (seq) WHERE deaths > 0;
COMMENT ON TABLE queue.webhook IS
    'One narrow row per waiting webhook. Written by the ingress with the raw row; claimed by webhook workers with '
    'FOR UPDATE SKIP LOCKED in order of seq, and deleted by them in the transaction that settles it. No index on '
    'webhook_id: it would cost every insert and delete, and only the daily prune asks by it.';
COMMENT ON COLUMN queue.webhook.seq IS
    'The database''s order of arrival; claims go by it, because ids of a lagging clock would fall behind the floor.';
COMMENT ON COLUMN queue.webhook.webhook_id IS 'inbox.webhook.id. Unique by the statement that writes it.';
COMMENT ON COLUMN queue.webhook.source IS 'inbox.webhook.source, so that a worker claims only what it can parse.';
COMMENT ON COLUMN queue.webhook.deaths IS
    '0, or a suspect: 1 once a process died while parsing it beside others, and one more for each that died while '
    'parsing it alone. Written by a worker, committed before the row is tried alone.';
COMMENT ON INDEX queue.webhook_suspect_idx IS 'The few rows with deaths, for the worker that tries them one by one.';

CREATE TABLE queue.webhook_dead (
    webhook_id     uuid        NOT NULL,
    source         text        NOT NULL,
    account        text        NOT NULL,
    reason         text        NOT NULL,
    detail         text        NOT NULL,
    parser_version integer     NOT NULL,
    tries          integer     NOT NULL,
    received_at    timestamptz NOT NULL,
    buried_at      timestamptz NOT NULL DEFAULT now(),
    method         text        NOT NULL,
    path           bytea       NOT NULL,
    query          bytea       NOT NULL,
    content_type   bytea,
    headers        bytea       NOT NULL,
    body           bytea       NOT NULL,
    remote_address text        NOT NULL,
    CONSTRAINT webhook_dead_pkey PRIMARY KEY (webhook_id),
    CONSTRAINT webhook_dead_tries_positive CHECK (tries > 0)
);
-- The list of reasons and the count a day, without reading the raw bytes. Dead letters are few: it costs little.
CREATE INDEX webhook_dead_reason_idx ON queue.webhook_dead (source, account, reason, buried_at) INCLUDE (webhook_id);
COMMENT ON TABLE queue.webhook_dead IS
    'Dead letters: webhooks that could not be processed, each with a copy of its raw bytes, which retention does '
    'not touch. Written by webhook workers; claimed and deleted by postroom dead replay and discard '
    '(postroom_operator).';
COMMENT ON COLUMN queue.webhook_dead.webhook_id IS 'inbox.webhook.id, whose partition may long be dropped.';
COMMENT ON COLUMN queue.webhook_dead.source IS 'As in inbox.webhook.';
COMMENT ON COLUMN queue.webhook_dead.account IS 'As in inbox.webhook.';
COMMENT ON COLUMN queue.webhook_dead.reason IS 'Stable code of why it could not be processed, such as too-old.';
COMMENT ON COLUMN queue.webhook_dead.detail IS
    'The same for people: names of fields and numbers, nothing of the content.';
COMMENT ON COLUMN queue.webhook_dead.parser_version IS 'Version of the parser that gave up; a newer one may succeed.';
COMMENT ON COLUMN queue.webhook_dead.tries IS 'Number of times it was tried, the last one included.';
COMMENT ON COLUMN queue.webhook_dead.received_at IS 'As in inbox.webhook.';
COMMENT ON COLUMN queue.webhook_dead.buried_at IS 'Start of the transaction that buried it.';
COMMENT ON COLUMN queue.webhook_dead.method IS 'As in inbox.webhook.';
COMMENT ON COLUMN queue.webhook_dead.path IS 'As in inbox.webhook.';
COMMENT ON COLUMN queue.webhook_dead.query IS 'As in inbox.webhook.';
COMMENT ON COLUMN queue.webhook_dead.content_type IS 'As in inbox.webhook.';
COMMENT ON COLUMN queue.webhook_dead.headers IS 'As in inbox.webhook.';
COMMENT ON COLUMN queue.webhook_dead.body IS 'As in inbox.webhook.';
COMMENT ON COLUMN queue.webhook_dead.remote_address IS 'As in inbox.webhook.';
COMMENT ON INDEX queue.webhook_dead_reason_idx IS 'Serves monitor.dead_letters and monitor.conservation by itself.';

CREATE TABLE queue.tally (
    seq             bigint      GENERATED ALWAYS AS IDENTITY,
    source          text        NOT NULL,
    intake_day      date        NOT NULL,
    kind            text        NOT NULL,
    count           bigint      NOT NULL,
    latency_buckets bigint[],
    recorded_at     timestamptz NOT NULL DEFAULT now(),
    folded          boolean     NOT NULL DEFAULT false,
    CONSTRAINT tally_pkey PRIMARY KEY (seq),
    CONSTRAINT tally_kind_known CHECK (kind IN
        ('accepted', 'processed', 'dead', 'discarded', 'replayed', 'duplicate', 'conflict'))
);
-- One folded row a key, which the fold finds and adds to. Unfolded rows have no index but the primary key: there are
-- few of them at any time, and each index would cost every flush of every ingress.
CREATE UNIQUE INDEX tally_folded_key ON queue.tally (source, intake_day, kind) WHERE folded;
COMMENT ON TABLE queue.tally IS
    'Counts, append-only: one row per flush of an ingress and per settling transaction of a worker, in the same '
    'transaction as what it counts, so that the sums are true at any moment and no row is fought over. Written by '
    'the ingress, webhook workers and postroom dead; folded by queue.fold_tally; nobody claims it.';
COMMENT ON COLUMN queue.tally.seq IS 'Order of insertion.';
COMMENT ON COLUMN queue.tally.source IS 'As in inbox.webhook.';
COMMENT ON COLUMN queue.tally.intake_day IS
    'UTC day of the webhooks'' ids, ops.webhook_day(id): not the day of counting.';
COMMENT ON COLUMN queue.tally.kind IS
    'accepted, processed, dead, discarded: the equation of monitor.conservation. Of the processed: duplicate, '
    'conflict. Outside of both: replayed, a replay of a webhook that was processed before.';
COMMENT ON COLUMN queue.tally.count IS 'Webhooks; negative where a dead letter leaves that state again.';
COMMENT ON COLUMN queue.tally.latency_buckets IS
    'Of kind processed, else NULL: 22 numbers of webhooks by the time from received_at to applied. Each webhook is '
    'in one bucket, the first whose bound it does not exceed: bucket i (from 0) has the bound 2^i ms, the last has '
    'none.';
COMMENT ON COLUMN queue.tally.recorded_at IS
    'Start of the transaction that counted; of a folded row, of its last fold.';
COMMENT ON COLUMN queue.tally.folded IS 'True for the one row a key that queue.fold_tally adds to.';
COMMENT ON INDEX queue.tally_folded_key IS 'One folded row a source, intake day and kind.';

COMMIT;
