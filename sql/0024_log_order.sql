-- The index by which GET /api/sms/log reads an account's log in the order in which it came: without it each page reads
-- all of the account's log and sorts it.
-- Locks: SHARE on sms_log.entry while the index is built, some 0.5 s a million rows: webhook workers wait with what is
-- new in the log. Where that is too long, build it beforehand, CONCURRENTLY; one that failed is left invalid, and to be
-- dropped first.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (24, 'log_order');

-- Ids of webhooks rise, so new entries come to the end of their account's part: some 0.7 us each, of the 4 that storing
-- one takes in batches of 500.
CREATE INDEX IF NOT EXISTS entry_arrival_idx ON sms_log.entry (account, webhook_id, event_id);
COMMENT ON INDEX sms_log.entry_arrival_idx IS 'The account''s log in the order in which it came, for the API''s list.';

COMMIT;
