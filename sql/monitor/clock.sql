-- monitor.clock: how far each provider's clock is ahead of UTC, as observed. Reads ops.provider_clock of the last day: a
-- row in ten minutes.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.clock;

CREATE VIEW monitor.clock AS
SELECT p.name AS provider, last.observed_at, last.ahead, last.spread, last.samples, last.time_zone,
       last.ahead - last.zone_ahead AS off_by, usual.ahead AS usual, last.ahead - usual.ahead AS jump
FROM ops.provider AS p
CROSS JOIN LATERAL (
    SELECT c.observed_at, c.ahead, c.spread, c.samples, c.time_zone, c.zone_ahead,
           (c.observed_at AT TIME ZONE c.time_zone) - (c.observed_at AT TIME ZONE 'UTC') AS by_zone
    FROM ops.provider_clock AS c
    WHERE c.provider = p.name ORDER BY c.observed_at DESC LIMIT 1
) AS last
CROSS JOIN LATERAL (
    -- The middle one of the day before, so that a jump is one for hours, and then becomes what is usual. What the zone
    -- itself did, at a change of daylight saving, is no jump: each is taken as it would be now, by the zone that is
    -- configured now, so that another zone is no jump either. It is looked at once a minute at most; the bound keeps
    -- the look on the index, of which a day is the end.
    SELECT last.by_zone + percentile_disc(0.5) WITHIN GROUP (ORDER BY
               day.ahead - ((day.observed_at AT TIME ZONE last.time_zone) - (day.observed_at AT TIME ZONE 'UTC'))
           ) AS ahead
    FROM (
        SELECT c.ahead, c.observed_at FROM ops.provider_clock AS c
        WHERE c.provider = p.name AND c.observed_at > last.observed_at - interval '1 day'
        ORDER BY c.observed_at DESC LIMIT 1440
    ) AS day
) AS usual;

COMMENT ON VIEW monitor.clock IS
    'How far each provider''s clock, its zone included, is ahead of UTC, as its receipts show it; no row before 20 of '
    'them came within a day.';
COMMENT ON COLUMN monitor.clock.provider IS 'ops.provider.name.';
COMMENT ON COLUMN monitor.clock.observed_at IS 'When it was last recorded.';
COMMENT ON COLUMN monitor.clock.ahead IS
    'Its local time less UTC, too low by the delay of its quickest receipts and up to a second.';
COMMENT ON COLUMN monitor.clock.spread IS 'Span that more than half of the observations lie in.';
COMMENT ON COLUMN monitor.clock.samples IS 'Receipts it was made from.';
COMMENT ON COLUMN monitor.clock.time_zone IS 'The zone that is configured for it (POSTROOM_NXTELE_TIMEZONE).';
COMMENT ON COLUMN monitor.clock.off_by IS
    'ahead less what that zone was ahead then: about 0 where the zone is right.';
COMMENT ON COLUMN monitor.clock.usual IS
    'The middle of what was recorded within a day before, with what the zone has changed since.';
COMMENT ON COLUMN monitor.clock.jump IS 'ahead less usual.';

COMMIT;
