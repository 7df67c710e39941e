-- A message that failed and was delivered after all is told as recovered, also while another try of it is still queued:
-- the next claim takes that back without a call, but until then it was taken for a resend, and nobody was told.
-- Locks: none that others wait for.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (38, 'recovered_while_queued');

CREATE OR REPLACE FUNCTION alert.entry_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO alert.event (account, kind, subject, data)
    SELECT NEW.account, CASE NEW.status WHEN 'failed' THEN 'sms.failed' ELSE 'sms.recovered' END, NEW.id::text,
           jsonb_build_object('userId', NEW.user_id, 'cycle', NEW.cycle, 'deliveryState', NEW.delivery_state)
    WHERE NOT EXISTS (SELECT FROM alert.settings AS s WHERE s.account = NEW.account AND NOT s.failed_sms)
      -- Pending and queued it is being tried again, by a resend or by a late outcome: what comes of that is told.
      AND (NEW.status <> 'pending' OR NOT EXISTS (SELECT FROM queue.send AS q WHERE q.entry_id = NEW.id));
    RETURN NULL;
END
$$;

COMMIT;
