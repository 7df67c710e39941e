-- The order of wishes to be sent to, or not, no longer follows a clock that is ahead. An SMS that a fast machine took in
-- stood in the future, a lift by hand behind it, or at the time of a Postgres whose clock was ahead: a STOP that came after
-- the lift came before it, and did not count. Now an SMS stands no later than when it was recorded, and a lift right behind
-- what it lifts. What was recorded with a later time gets that of its recording, by which the same events are in order.
-- Processes of before this file go on as they did: after the deploy the UPDATE may be run once more, where a machine's clock
-- was ahead meanwhile.
-- Locks: the few rows that change; webhook workers wait for them only with copies of those SMS. Reads the table once, 0.2 s a
-- million rows.   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (31, 'suppression_order');

UPDATE outbox.suppression_event SET received_at = recorded_at WHERE received_at > recorded_at;

COMMENT ON COLUMN outbox.suppression_event.received_at IS
    'Its place in the order. Of an SMS, when the first copy of it was taken in, whichever copy was processed first, or when '
    'it was recorded, where that was earlier: a later copy changes nothing, an earlier one moves it. Of a lift that was '
    'entered, right behind what it lifts: recorded_at says when. Else when it was entered, and never before what was there.';

COMMIT;
