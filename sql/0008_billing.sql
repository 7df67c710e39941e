-- Schema billing: who pays, what a part costs, and every change of a balance.
-- Locks: none that others wait for (new objects only).   Phase: before the deploy.
BEGIN;

INSERT INTO ops.migration (number, name) VALUES (8, 'billing');

CREATE SCHEMA billing;
COMMENT ON SCHEMA billing IS 'Accounts, prices, and the ledger: what each message cost whom.';

CREATE TABLE billing.account (
    name                  text        NOT NULL,
    kind                  text        NOT NULL,
    currency              text        NOT NULL,
    max_automatic_retries integer,
    max_resends           integer,
    unclear_policy        text,
    created_at            timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT account_pkey PRIMARY KEY (name),
    CONSTRAINT account_name_bounded CHECK (length(name) BETWEEN 1 AND 64),
    CONSTRAINT account_kind_known CHECK (kind IN ('prepaid', 'postpaid')),
    CONSTRAINT account_currency_code CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT account_max_automatic_retries_bounded CHECK (max_automatic_retries BETWEEN 0 AND 100),
    CONSTRAINT account_max_resends_bounded CHECK (max_resends BETWEEN 0 AND 60),
    CONSTRAINT account_unclear_policy_known CHECK (unclear_policy IN ('fail', 'retry'))
);
INSERT INTO billing.account (name, kind, currency) VALUES ('default', 'postpaid', 'USD');
COMMENT ON TABLE billing.account IS
    'Who pays; owns keys, limits and fairness. Written by postroom account (postroom_operator), rarely. Whoever posts '
    'to the ledger locks the row by billing.lock_accounts, which makes no new version of it. Holds no balance: that '
    'would be a row that every send updates.';
COMMENT ON COLUMN billing.account.name IS 'Short stable name, 1 to 64 characters.';
COMMENT ON COLUMN billing.account.kind IS 'prepaid: a send that the balance cannot pay is refused. postpaid: never.';
COMMENT ON COLUMN billing.account.currency IS 'ISO 4217 code of its prices and its ledger.';
COMMENT ON COLUMN billing.account.max_automatic_retries IS
    'Automatic retries in a cycle; NULL = POSTROOM_MAX_AUTOMATIC_RETRIES.';
COMMENT ON COLUMN billing.account.max_resends IS 'Resends of one entry; NULL = POSTROOM_MAX_RESENDS.';
COMMENT ON COLUMN billing.account.unclear_policy IS
    'What becomes of an attempt whose outcome stays unknown: fail, or retry at the risk of a second SMS; NULL = '
    'POSTROOM_UNCLEAR_POLICY.';
COMMENT ON COLUMN billing.account.created_at IS 'When it was made.';

CREATE TABLE billing.sms_price (
    currency      text        NOT NULL,
    prefix        text        NOT NULL,
    valid_from    timestamptz NOT NULL,
    cost_per_unit numeric     NOT NULL,
    CONSTRAINT sms_price_pkey PRIMARY KEY (currency, prefix, valid_from),
    CONSTRAINT sms_price_currency_code CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT sms_price_prefix_digits CHECK (prefix ~ '^[0-9]{0,15}$'),
    CONSTRAINT sms_price_cost_bounded CHECK (cost_per_unit >= 0 AND cost_per_unit < 1000000),
    CONSTRAINT sms_price_cost_exact CHECK (scale(cost_per_unit) <= 18)
);
COMMENT ON TABLE billing.sms_price IS
    'Price of one part by destination: the longest prefix that has a price decides, and of its prices the latest '
    'that is valid. Fixed in the entry when it is accepted; later prices never touch it. Written by postroom price.';
COMMENT ON COLUMN billing.sms_price.currency IS 'ISO 4217 code; an account sees the prices of its own.';
COMMENT ON COLUMN billing.sms_price.prefix IS 'First digits of the number without +; empty = every destination.';
COMMENT ON COLUMN billing.sms_price.valid_from IS 'From when it holds, until a later one of the same prefix does.';
COMMENT ON COLUMN billing.sms_price.cost_per_unit IS 'Price of one part, in currency.';

CREATE TABLE billing.ledger_entry (
    account       text        NOT NULL,
    seq           bigint      NOT NULL,
    kind          text        NOT NULL,
    amount        numeric     NOT NULL,
    balance_after numeric     NOT NULL,
    entry_id      uuid,
    cycle         integer,
    step          integer,
    reference     text,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT ledger_entry_pkey PRIMARY KEY (account, seq),
    CONSTRAINT ledger_entry_step_key UNIQUE (entry_id, cycle, step),
    CONSTRAINT ledger_entry_kind_known CHECK (kind IN ('charge', 'refund', 'refund_reversal', 'topup', 'adjustment')),
    CONSTRAINT ledger_entry_whole CHECK ((entry_id IS NULL) = (cycle IS NULL) AND (entry_id IS NULL) = (step IS NULL)
        AND (entry_id IS NULL) = (kind IN ('topup', 'adjustment'))),
    -- A cycle is charged, refunded, charged again, in turn: never the same twice running.
    CONSTRAINT ledger_entry_steps_alternate CHECK (kind = CASE
        WHEN step IS NULL THEN kind WHEN step = 0 THEN 'charge' WHEN step % 2 = 1 THEN 'refund'
        ELSE 'refund_reversal' END),
    CONSTRAINT ledger_entry_sign CHECK (CASE kind
        WHEN 'charge' THEN amount <= 0 WHEN 'refund_reversal' THEN amount <= 0
        WHEN 'refund' THEN amount >= 0 WHEN 'topup' THEN amount > 0 ELSE true END)
);
-- Of top-ups only: charges, which are the many, have none.
CREATE UNIQUE INDEX ledger_entry_reference_key ON billing.ledger_entry (account, reference) WHERE reference IS NOT NULL;
COMMENT ON INDEX billing.ledger_entry_reference_key IS 'Makes a top-up with a reference happen once.';
COMMENT ON TABLE billing.ledger_entry IS
    'Every change of a balance, append-only. Written under the account''s lock: by the API (charge, top-up), and by '
    'whoever learns evidence that changes what is owed for an entry (refund, refund_reversal). Nobody claims it.';
COMMENT ON COLUMN billing.ledger_entry.account IS
    'billing.account.name, which the writer holds the lock of. No foreign key: nobody may delete an account, and the '
    'check cost every send a query.';
COMMENT ON COLUMN billing.ledger_entry.seq IS '1, 2, … within the account, without gaps.';
COMMENT ON COLUMN billing.ledger_entry.kind IS
    'charge (a send or a resend), refund (it ended without any acceptance), refund_reversal (late evidence of '
    'acceptance), topup, adjustment.';
COMMENT ON COLUMN billing.ledger_entry.amount IS 'Change of the balance in the account''s currency; a charge is negative.';
COMMENT ON COLUMN billing.ledger_entry.balance_after IS 'Balance with this change; the last one is the balance.';
COMMENT ON COLUMN billing.ledger_entry.entry_id IS
    'outbox.entry.id it is about; NULL for topup and adjustment. No foreign key: the ledger outlives the outbox.';
COMMENT ON COLUMN billing.ledger_entry.cycle IS 'Cycle of the entry it is about.';
COMMENT ON COLUMN billing.ledger_entry.step IS '0 = charge, then refund and refund_reversal in turn.';
COMMENT ON COLUMN billing.ledger_entry.reference IS
    'Reference of a top-up, which makes it happen once; NULL where none was given.';
COMMENT ON COLUMN billing.ledger_entry.created_at IS 'Start of the transaction that posted it.';

CREATE FUNCTION billing.lock_accounts(names text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM FROM billing.account AS a WHERE a.name = ANY (names) ORDER BY a.name FOR NO KEY UPDATE;
END
$$;
COMMENT ON FUNCTION billing.lock_accounts(text[]) IS
    'Locks accounts until the transaction ends, so that one transaction at a time reads and writes their last balance. '
    'Makes no new version of the rows. A transaction takes it last of all locks, and once: everyone in this order, so '
    'nobody waits in a circle. A function, because a row lock needs UPDATE, which no process shall have.';
REVOKE ALL ON FUNCTION billing.lock_accounts(text[]) FROM PUBLIC;

COMMIT;
