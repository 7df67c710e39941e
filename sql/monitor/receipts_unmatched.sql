-- monitor.receipts_unmatched: parked receipts. Reads the 1 000 oldest by receipt_parked_idx, which has no others: while
-- another system sends by the same account of a provider, there are as many as messages.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.receipts_unmatched;

CREATE VIEW monitor.receipts_unmatched AS
SELECT r.id, r.provider, r.account, r.source, r.message_id, r.ext, r.status, r.result, r.reported_time, r.clock_ahead,
       r.received_at, extract(epoch FROM now() - r.received_at)::numeric(15, 3) AS age_seconds, r.webhook_id
FROM outbox.receipt AS r
WHERE r.entry_id IS NULL
ORDER BY r.received_at, r.id LIMIT 1000;

COMMENT ON VIEW monitor.receipts_unmatched IS
    'Receipts that match no attempt yet: the 1 000 oldest. A few young ones are normal: a receipt can overtake the outcome '
    'of its send.';
COMMENT ON COLUMN monitor.receipts_unmatched.id IS 'outbox.receipt.id.';
COMMENT ON COLUMN monitor.receipts_unmatched.provider IS 'ops.provider.name.';
COMMENT ON COLUMN monitor.receipts_unmatched.account IS 'Account of the token that it came with.';
COMMENT ON COLUMN monitor.receipts_unmatched.source IS 'webhook = the provider called us, query = we asked.';
COMMENT ON COLUMN monitor.receipts_unmatched.message_id IS 'The provider''s message id as written.';
COMMENT ON COLUMN monitor.receipts_unmatched.ext IS 'The echo of our attempt''s id; empty if there was none.';
COMMENT ON COLUMN monitor.receipts_unmatched.status IS 'Status code as written.';
COMMENT ON COLUMN monitor.receipts_unmatched.result IS 'Result word as written.';
COMMENT ON COLUMN monitor.receipts_unmatched.reported_time IS 'drtime as written: the provider''s local time.';
COMMENT ON COLUMN monitor.receipts_unmatched.clock_ahead IS
    'How far that clock was observed to be ahead of UTC when it was stored; NULL where nothing was observed yet.';
COMMENT ON COLUMN monitor.receipts_unmatched.received_at IS 'When it first came.';
COMMENT ON COLUMN monitor.receipts_unmatched.age_seconds IS 'Seconds since then.';
COMMENT ON COLUMN monitor.receipts_unmatched.webhook_id IS
    'inbox.webhook.id of its first arrival; NULL for source query.';

COMMIT;
