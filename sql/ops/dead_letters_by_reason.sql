-- Dead letters by reason and parser: where a newer parser than the one that gave up runs, a replay may succeed
-- (postroom dead replay --dry-run shows what it would change). One webhook of each is named to look at.
SELECT d.source, d.account, d.reason, d.parser_version,
       count(*) AS dead,
       max(d.tries) AS tries_max,
       min(d.buried_at) AS first_buried_at,
       max(d.buried_at) AS last_buried_at,
       (array_agg(d.webhook_id ORDER BY d.buried_at DESC))[1] AS latest,
       (array_agg(d.detail ORDER BY d.buried_at DESC))[1] AS latest_detail
FROM queue.webhook_dead AS d
GROUP BY d.source, d.account, d.reason, d.parser_version
ORDER BY dead DESC;
