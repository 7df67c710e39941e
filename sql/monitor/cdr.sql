-- monitor.cdr: imported day lists of providers against what we have. Reads billing.cdr_day: a row for each imported day.
BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '2s';
DROP VIEW IF EXISTS monitor.cdr;

CREATE VIEW monitor.cdr AS
SELECT d.provider, d.day, d.time_zone, d.records, d.changed, d.gone, d.charged, d.matched, d.not_with_us,
       d.not_in_list, d.sizes_differ, d.prices_differ, d.billed_twice, d.compared_at, d.without_charge
FROM billing.cdr_day AS d;

COMMENT ON VIEW monitor.cdr IS
    'Days whose list was imported (postroom cdr import), compared with our attempts and receipts: a second opinion. What '
    'is behind a number: SELECT * FROM billing.cdr_differences(provider, day, time_zone).';
COMMENT ON COLUMN monitor.cdr.provider IS 'ops.provider.name.';
COMMENT ON COLUMN monitor.cdr.day IS 'The provider''s day.';
COMMENT ON COLUMN monitor.cdr.time_zone IS 'The zone that the day was taken to be of.';
COMMENT ON COLUMN monitor.cdr.records IS 'Records in the list.';
COMMENT ON COLUMN monitor.cdr.changed IS 'Of them, those that the day''s list before did not have, or had otherwise.';
COMMENT ON COLUMN monitor.cdr.gone IS
    'Records of the day''s list before that are in this one no more: the provider took them back.';
COMMENT ON COLUMN monitor.cdr.charged IS
    'What they charge, in the currency of the provider''s account; nothing of those in without_charge.';
COMMENT ON COLUMN monitor.cdr.matched IS 'Records of attempts of ours.';
COMMENT ON COLUMN monitor.cdr.not_with_us IS 'Records that belong to none.';
COMMENT ON COLUMN monitor.cdr.not_in_list IS
    'Attempts handed over on that day that the provider took, by its answer or a receipt, and that are in no imported list: '
    'import the days beside it before asking why.';
COMMENT ON COLUMN monitor.cdr.sizes_differ IS 'Records with other parts than the receipt, or than we where none came.';
COMMENT ON COLUMN monitor.cdr.prices_differ IS 'Records with another price than the receipt.';
COMMENT ON COLUMN monitor.cdr.billed_twice IS
    'Records of a message that the list has already; records and charged count each of them.';
COMMENT ON COLUMN monitor.cdr.compared_at IS 'When it was compared; what came later is not in it.';
COMMENT ON COLUMN monitor.cdr.without_charge IS
    'Records whose size or price cannot be read, of which charged has nothing; NULL where the day was compared before 0026.';

COMMIT;
