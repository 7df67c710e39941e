import PostgresClient

/// Makes accounts, each with a key that may send, and a price for every destination, for a measurement.
package struct GenerateAccounts: Statement {
    /// What the keys begin with; the number of the account follows, from 1 on.
    package static let keyPrefix = "bench-key-"

    package static let sql = """
        WITH accounts AS (
            INSERT INTO billing.account (name, kind, currency)
            SELECT 'bench' || n, 'postpaid', 'USD' FROM generate_series(1, $1) AS n
        ), keys AS (
            INSERT INTO ops.api_key (id, hash, account, user_id, scopes)
            SELECT gen_random_uuid(), sha256(convert_to('\(keyPrefix)' || n, 'UTF8')), 'bench' || n, 'bench',
                   ARRAY['send']
            FROM generate_series(1, $1) AS n
        )
        INSERT INTO billing.sms_price (currency, prefix, valid_from, cost_per_unit)
        VALUES ('USD', '', to_timestamp(0), 0.05)
        """
    let count: Int32

    /// Makes `count` accounts.
    package init(_ count: Int32) { self.count = count }

    package func bind(_ parameters: inout Parameters) { parameters.append(count) }
}

/// Queues sends as the API would have stored them, charged in turn to the accounts that ``GenerateAccounts`` made.
package struct GenerateSends: Statement {
    package static let sql = """
        WITH numbers AS (
            SELECT n, 'bench' || 1 + (n - 1) % $2 AS account, 1 + (n - 1) / $2 AS seq,
                   (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - 3600000 + n / 100), 12, '0')
                    || '70008000' || lpad(to_hex(n), 12, '0'))::uuid AS id
            FROM generate_series(1, $1) AS n
        ), entries AS (
            INSERT INTO outbox.entry
                (id, account, user_id, recipient_phone_number, message, sender_id, message_id, sms_units_used,
                 cost_per_unit, total_cost, currency, encoding, provider, created_at, idempotency_key, content_hash)
            SELECT id, account, 'bench', '+628' || (1000000000 + n),
                   'Your code is ' || n || '. Never tell it to anybody.', 'POSTROOM', 'bench-' || n, 1, 0.05, 0.05,
                   'USD', 'gsm7', 'nxtele', now(), 'bench-' || n, sha256(convert_to('bench-' || n, 'UTF8'))
            FROM numbers
            ORDER BY n
        ), queued AS (
            INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
            SELECT id, 'nxtele', account, 1, now(), now() + interval '1 day', 0 FROM numbers ORDER BY n
        )
        INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step)
        SELECT account, seq, 'charge', -0.05, -0.05 * seq, id, 0, 0 FROM numbers ORDER BY n
        """
    let count: Int32
    let accounts: Int32

    /// Queues `count` sends, of the first `accounts` accounts.
    package init(_ count: Int32, accounts: Int32) {
        self.count = count
        self.accounts = accounts
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(count)
        parameters.append(accounts)
    }
}

/// Whether anything waits to be sent or is being sent.
package struct HasQueuedSends: Statement {
    package static let access = StatementAccess.reads
    package static let sql = "SELECT EXISTS (SELECT FROM queue.send)"

    /// Asks.
    package init() {}

    package func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        try rows.single { row throws(PostgresError) in try row.bool() }
    }
}

/// How fast attempts were made: how many, and the time from the first claim to the last recorded outcome.
package struct SentSpeed: Statement {
    /// What it finds.
    package struct Output: Sendable {
        /// All attempts.
        package var attempts: Int64
        /// Entries that have an accepted one.
        package var entriesAccepted: Int64
        /// The time they took.
        package var milliseconds: Int64
    }

    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT count(*), count(DISTINCT a.entry_id) FILTER (WHERE a.state = 'accepted'),
               coalesce(extract(epoch FROM max(a.settled_at) - min(a.dispatched_at)) * 1000, 0)::bigint
        FROM outbox.attempt AS a
        """

    /// Asks.
    package init() {}

    package func decode(_ rows: Rows) throws(PostgresError) -> Output {
        try rows.single { row throws(PostgresError) in
            Output(attempts: try row.int64(), entriesAccepted: try row.int64(), milliseconds: try row.int64())
        }
    }
}

/// What there is of sends.
package struct CountSends: Statement {
    /// What it finds.
    package struct Output: Sendable {
        /// All entries.
        package var entries: Int64
        /// Those that the provider has accepted.
        package var accepted: Int64
        /// Sends that wait.
        package var queued: Int64
        /// Rows of the ledger.
        package var charges: Int64
    }

    package static let access = StatementAccess.reads
    package static let sql = """
        SELECT count(*), count(*) FILTER (WHERE e.delivery_state = 'accepted'),
               (SELECT count(*) FROM queue.send), (SELECT count(*) FROM billing.ledger_entry)
        FROM outbox.entry AS e
        """

    /// Counts.
    package init() {}

    package func decode(_ rows: Rows) throws(PostgresError) -> Output {
        try rows.single { row throws(PostgresError) in
            Output(
                entries: try row.int64(), accepted: try row.int64(), queued: try row.int64(),
                charges: try row.int64())
        }
    }
}
