-- The clock of each provider: how far it is ahead, as observed from its receipts, by time and beside each raw time.
-- Locks: ACCESS EXCLUSIVE on outbox.receipt for a moment (a column without a default).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (18, 'provider_clock');

CREATE TABLE ops.provider_clock (
    provider    text        NOT NULL,
    observed_at timestamptz NOT NULL,
    ahead       interval    NOT NULL,
    spread      interval    NOT NULL,
    samples     integer     NOT NULL,
    time_zone   text        NOT NULL,
    zone_ahead  interval    NOT NULL,
    CONSTRAINT provider_clock_pkey PRIMARY KEY (provider, observed_at),
    CONSTRAINT provider_clock_provider_fkey FOREIGN KEY (provider) REFERENCES ops.provider (name),
    CONSTRAINT provider_clock_samples_positive CHECK (samples > 0)
);
COMMENT ON TABLE ops.provider_clock IS
    'How far each provider''s clock is ahead of UTC, its zone included, as observed from its receipts: a row holds from '
    'observed_at until the next. Each receipt keeps the one that stood when it was stored (outbox.receipt.clock_ahead); '
    'of those that came before any, this table says it (ops.provider_time). Written by ops.record_clock only, a row in ten '
    'minutes or when it moved; kept for 400 days.';
COMMENT ON COLUMN ops.provider_clock.provider IS 'ops.provider.name.';
COMMENT ON COLUMN ops.provider_clock.observed_at IS 'When it was observed.';
COMMENT ON COLUMN ops.provider_clock.ahead IS
    'Its local time less UTC, too low by the delay of its quickest receipts and up to a second.';
COMMENT ON COLUMN ops.provider_clock.spread IS 'Span that more than half of the observations lie in.';
COMMENT ON COLUMN ops.provider_clock.samples IS 'Receipts it was made from.';
COMMENT ON COLUMN ops.provider_clock.time_zone IS 'The zone that was configured for it then (POSTROOM_NXTELE_TIMEZONE).';
COMMENT ON COLUMN ops.provider_clock.zone_ahead IS 'How far that zone was ahead of UTC then.';

CREATE FUNCTION ops.record_clock(provider text, ahead interval, spread interval, samples integer, time_zone text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- Less is the fraction of a second that reported times leave out, and the delay of receipts.
    moved CONSTANT interval := '5 seconds';
    last ops.provider_clock;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('postroom provider clock ' || $1, 0)) THEN
        RETURN false;
    END IF;
    SELECT c.* INTO last FROM ops.provider_clock AS c
    WHERE c.provider = $1 ORDER BY c.observed_at DESC LIMIT 1;
    IF last.observed_at > clock_timestamp() - interval '10 minutes'
        AND greatest(last.ahead - $2, $2 - last.ahead) < moved AND last.time_zone = $5 THEN
        RETURN false;
    END IF;
    INSERT INTO ops.provider_clock (provider, observed_at, ahead, spread, samples, time_zone, zone_ahead)
    VALUES ($1, clock_timestamp(), $2, $3, $4, $5, (now() AT TIME ZONE $5) - (now() AT TIME ZONE 'UTC'));
    DELETE FROM ops.provider_clock AS c
    WHERE c.provider = $1 AND c.observed_at < clock_timestamp() - interval '400 days';
    RETURN true;
END
$$;
COMMENT ON FUNCTION ops.record_clock(text, interval, interval, integer, text) IS
    'Records how far a provider''s clock is ahead, where it moved by five seconds, or the last record is ten minutes old. '
    'Returns whether it did.';

-- Beside the raw time and no part of the receipt's identity or content: copies of one receipt come at different moments.
ALTER TABLE outbox.receipt ADD COLUMN clock_ahead interval;
COMMENT ON COLUMN outbox.receipt.clock_ahead IS
    'How far the provider''s clock was observed to be ahead of UTC, its zone included, when this row was stored: '
    'reported_time less it is the moment. NULL where nothing was observed yet.';

CREATE FUNCTION ops.provider_time(
    provider text, reported_time text, received_at timestamptz, clock_ahead interval DEFAULT NULL) RETURNS timestamptz
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF btrim($2) !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$' THEN
        RETURN NULL;
    END IF;
    RETURN btrim($2)::timestamp AT TIME ZONE 'UTC' - coalesce($4, (
        SELECT n.ahead FROM (
            (SELECT c.ahead, 1 AS place FROM ops.provider_clock AS c
             WHERE c.provider = $1 AND c.observed_at <= $3 ORDER BY c.observed_at DESC LIMIT 1)
            UNION ALL
            (SELECT c.ahead, 2 FROM ops.provider_clock AS c
             WHERE c.provider = $1 AND c.observed_at > $3 ORDER BY c.observed_at LIMIT 1)
        ) AS n ORDER BY n.place LIMIT 1));
EXCEPTION
    WHEN datetime_field_overflow THEN
        RETURN NULL;
END
$$;
COMMENT ON FUNCTION ops.provider_time(text, text, timestamptz, interval) IS
    'The moment of a provider''s raw local time, by the offset of its clock that is stored beside it; where there is none, '
    'by the one observed when it came, or the first one after. NULL where the text is no time or nothing was observed.';

REVOKE ALL ON FUNCTION ops.record_clock(text, interval, interval, integer, text),
    ops.provider_time(text, text, timestamptz, interval) FROM PUBLIC;

COMMIT;
