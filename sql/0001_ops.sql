-- Schema ops: which migrations have run, which processes live, which providers exist.
-- Locks: none that others wait for (new objects only).   Phase: before the deploy.
BEGIN;

CREATE SCHEMA ops;
COMMENT ON SCHEMA ops IS
    'How the house is run: migrations, processes, providers, and the functions all schemas share.';

CREATE TABLE ops.migration (
    number     integer     NOT NULL,
    name       text        NOT NULL,
    checksum   text,
    applied_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT migration_pkey PRIMARY KEY (number),
    CONSTRAINT migration_number_positive CHECK (number > 0)
);
INSERT INTO ops.migration (number, name) VALUES (1, 'ops');
COMMENT ON TABLE ops.migration IS
    'Numbered files of sql/ that were applied. Each file inserts its own row first, in its own transaction, so that '
    'a second run stops there. Written by the files and by postroom migrate (as owner); nobody claims it.';
COMMENT ON COLUMN ops.migration.number IS 'The file''s number, from 1, without gaps.';
COMMENT ON COLUMN ops.migration.name IS 'The file''s name without number and ending.';
COMMENT ON COLUMN ops.migration.checksum IS
    'SHA-256 of the file as applied, in hex, set by postroom migrate; NULL where psql applied it and migrate has '
    'not adopted it yet.';
COMMENT ON COLUMN ops.migration.applied_at IS 'Start of the transaction that applied it.';

CREATE TABLE ops.repeatable (
    name       text        NOT NULL,
    checksum   text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT repeatable_pkey PRIMARY KEY (name)
);
COMMENT ON TABLE ops.repeatable IS
    'Files that may be applied again (monitor/*.sql, then roles.sql), which postroom migrate does whenever their '
    'checksum has changed. Written by postroom migrate (as owner) only: plain psql applies them without a record.';
COMMENT ON COLUMN ops.repeatable.name IS 'Path below sql/, such as monitor/queue.sql.';
COMMENT ON COLUMN ops.repeatable.checksum IS 'SHA-256 of the file as last applied, in hex.';
COMMENT ON COLUMN ops.repeatable.applied_at IS 'Start of the transaction that last applied it.';

CREATE TABLE ops.process (
    process_id uuid        NOT NULL,
    seen_at    timestamptz NOT NULL DEFAULT now(),
    executable text        NOT NULL,
    version    text        NOT NULL,
    host       text        NOT NULL,
    pid        integer     NOT NULL,
    started_at timestamptz NOT NULL,
    claimed    bigint      NOT NULL,
    stopping   boolean     NOT NULL DEFAULT false,
    CONSTRAINT process_pkey PRIMARY KEY (process_id, seen_at),
    CONSTRAINT process_claimed_not_negative CHECK (claimed >= 0)
);
-- For the prune, which goes by age. Heartbeats come in time order, so it only ever grows at its end.
CREATE INDEX process_seen_at_idx ON ops.process (seen_at);
COMMENT ON TABLE ops.process IS
    'Heartbeats, one row each, append-only: a row that is updated every few seconds would grow a version chain '
    'without end under a held snapshot. Written by every process, pruned by ops.prune_heartbeats, read through '
    'monitor.workers; nobody claims it.';
COMMENT ON COLUMN ops.process.process_id IS 'UUIDv7 the process made at its start.';
COMMENT ON COLUMN ops.process.seen_at IS 'The database''s time of this heartbeat.';
COMMENT ON COLUMN ops.process.executable IS 'Such as postroom-ingress.';
COMMENT ON COLUMN ops.process.version IS 'Version of the executable.';
COMMENT ON COLUMN ops.process.host IS 'Name of the machine it runs on.';
COMMENT ON COLUMN ops.process.pid IS 'Its process id on that machine.';
COMMENT ON COLUMN ops.process.started_at IS 'When it started, by its own clock.';
COMMENT ON COLUMN ops.process.claimed IS 'Rows it has claimed (0 for an ingress) since its start.';
COMMENT ON COLUMN ops.process.stopping IS 'True once it drains: no longer alive in monitor.workers.';
COMMENT ON INDEX ops.process_seen_at_idx IS 'Finds heartbeats past their keeping, for ops.prune_heartbeats.';

CREATE TABLE ops.provider (
    name           text    NOT NULL,
    sends_receipts boolean NOT NULL DEFAULT true,
    CONSTRAINT provider_pkey PRIMARY KEY (name)
);
INSERT INTO ops.provider (name) VALUES ('nxtele');
COMMENT ON TABLE ops.provider IS
    'Providers that messages are sent through. Written by the owner; read by workers; nobody claims it.';
COMMENT ON COLUMN ops.provider.name IS 'Stable short name, as in outbox.entry.provider.';
COMMENT ON COLUMN ops.provider.sends_receipts IS
    'False: no receipt is to be expected, so that an accepted attempt already makes its entry sent.';

COMMIT;
