-- monitor.delivery: what became of messages, and of their receipts, by hour. Reads outbox.delivery_hour, which
-- maintenance keeps: a row for each provider, destination and hour.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.delivery;

CREATE VIEW monitor.delivery AS
SELECT d.provider, nullif(d.destination, '') AS destination, d.hour, d.delivered, d.failed, d.open,
       round(d.delivered::numeric / nullif(d.delivered + d.failed, 0), 4) AS rate,
       d.receipts_expected, d.receipts_by_webhook + d.receipts_by_query AS receipts_received,
       d.receipts_expected - d.receipts_by_webhook - d.receipts_by_query AS receipts_missing,
       d.receipts_by_webhook, d.receipts_by_query
FROM outbox.delivery_hour AS d
WHERE d.hour > now() - interval '7 days';

COMMENT ON VIEW monitor.delivery IS
    'What became of the messages that were to be sent in each hour of the last 7 days, and of the receipts expected for them, '
    'as of the last look (minutes ago for young hours, up to six hours where evidence comes later than two hours after). Some '
    '35 days are in outbox.delivery_hour.';
COMMENT ON COLUMN monitor.delivery.provider IS 'ops.provider.name.';
COMMENT ON COLUMN monitor.delivery.destination IS 'Calling code, such as 49; NULL where there is none.';
COMMENT ON COLUMN monitor.delivery.hour IS
    'Start of the hour in which they were to be sent: accepted, or scheduled. A resend counts where its message does.';
COMMENT ON COLUMN monitor.delivery.delivered IS 'Messages sent (accepted is enough where the provider sends no receipts).';
COMMENT ON COLUMN monitor.delivery.failed IS 'Messages failed; cancelled ones are not counted.';
COMMENT ON COLUMN monitor.delivery.open IS 'Messages pending.';
COMMENT ON COLUMN monitor.delivery.rate IS 'delivered of those that are decided; NULL while none is.';
COMMENT ON COLUMN monitor.delivery.receipts_expected IS 'Attempts that the provider took and reports on.';
COMMENT ON COLUMN monitor.delivery.receipts_received IS 'Of them, those with a receipt that decides.';
COMMENT ON COLUMN monitor.delivery.receipts_missing IS 'Of them, those without.';
COMMENT ON COLUMN monitor.delivery.receipts_by_webhook IS 'Received because the provider called.';
COMMENT ON COLUMN monitor.delivery.receipts_by_query IS 'Received because we asked: what the sweep has saved.';

COMMIT;
