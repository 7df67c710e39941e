import Domain
import PostgresClient

/// An accepted send: what is written for it.
package struct AcceptedSend: Sendable, Equatable {
    /// The entry as users see it.
    package var entry: EntryRecord
    /// The tags, as Postgres's text of an array; nil where there are none.
    package var tagsArray: String?
    /// The caller's key; nil where none was given.
    package var idempotencyKey: String?
    /// SHA-256 of what was asked for.
    package var contentHash: [UInt8]
    /// How long it may wait, anew in each cycle.
    package var validForSeconds: Int32?
    /// Not to be sent after this, even where the caller gave no bound.
    package var giveUpAt: Timestamp
    /// Which of its account's charges in the group it is: 1 = the first.
    package var chargeOrdinal: Int64
    /// What the group charges its account so far, this one included.
    package var chargedSoFar: Numeric

    package init(
        entry: EntryRecord, tagsArray: String?, idempotencyKey: String?, contentHash: [UInt8],
        validForSeconds: Int32?, giveUpAt: Timestamp, chargeOrdinal: Int64, chargedSoFar: Numeric
    ) {
        self.entry = entry
        self.tagsArray = tagsArray
        self.idempotencyKey = idempotencyKey
        self.contentHash = contentHash
        self.validForSeconds = validForSeconds
        self.giveUpAt = giveUpAt
        self.chargeOrdinal = chargeOrdinal
        self.chargedSoFar = chargedSoFar
    }
}

/// Stores accepted sends (entries, queue rows and charges) in one statement: all of them, or none if the facts they
/// were decided by do not hold. So they may be decided by what was found earlier, and no lock is held across a round
/// trip.
///
/// The facts hold if each account exists and has the entry's currency; a prepaid account can pay; no recipient has
/// opted out; exactly these prefixes have prices, and exactly these prices; the database's clock is where it was taken
/// to be; and the locks did not take too long. Accounts and prices are read under the accounts' locks, and charges are
/// added to the balances as they are then. Opt-outs are those committed when the statement began, before it waited for
/// locks: ``ClaimSends`` looks again.
///
/// Locks: as ``LockAccounts``, until the transaction ends; new rows besides. Cost: some 350 µs and 20 for each send.
package struct AcceptEntries: Statement {
    package static let isPrepared = true
    package static let sql = """
        WITH standing AS MATERIALIZED (
            SELECT s.name, s.is_prepaid, s.last_seq, s.balance, s.currency, s.prefix, s.cost_per_unit,
                   -- LIMIT is a fence: of EXISTS the planner may make a hash of all there are.
                   coalesce((SELECT true FROM outbox.suppression_event AS e WHERE e.account = s.name LIMIT 1), false)
                       AS has_suppressions
            FROM set_config('lock_timeout', $34, true) AS bound (lock_timeout)
            -- The argument needs the bound: so it is set first.
            CROSS JOIN LATERAL billing.lock_standings(
                CASE WHEN bound.lock_timeout IS NOT NULL THEN $28::text[] END, $29::text[]) AS s
        ), price AS MATERIALIZED (
            SELECT s.currency || ' ' || s.prefix AS place, s.cost_per_unit::numeric AS cost
            FROM standing AS s
            WHERE s.name IS NULL
            ORDER BY s.currency COLLATE "C", s.prefix COLLATE "C"
        ), given AS (
            SELECT unnest($1::uuid[]) AS id, unnest($2::text[]) AS account, unnest($3::text[]) AS user_id,
                   unnest($4::text[]) AS recipient, unnest($5::text[]) AS message, unnest($6::text[]) AS sender_id,
                   unnest($7::text[]) AS message_id, unnest($8::text[]) AS message_name,
                   unnest($9::integer[]) AS units, unnest($10::numeric[]) AS cost_per_unit,
                   unnest($11::numeric[]) AS total_cost, unnest($12::text[]) AS currency,
                   unnest($13::text[]) AS encoding, unnest($14::text[]) AS priority, unnest($15::text[]) AS tags,
                   unnest($16::text[]) AS custom_data, unnest($17::text[]) AS provider,
                   unnest($18::text[]) AS delivery_state, unnest($19::timestamptz[]) AS created_at,
                   unnest($20::timestamptz[]) AS scheduled_at, unnest($21::timestamptz[]) AS valid_until,
                   unnest($22::text[]) AS idempotency_key, unnest($23::bytea[]) AS content_hash,
                   unnest($24::integer[]) AS valid_for_seconds, unnest($25::timestamptz[]) AS give_up_at,
                   unnest($26::bigint[]) AS charge_ordinal, unnest($27::numeric[]) AS charged_so_far
        ), charged AS MATERIALIZED (
            SELECT g.id, g.account, g.user_id, g.recipient, g.message, g.sender_id, g.message_id, g.message_name, g.units,
                   g.cost_per_unit, g.total_cost, g.currency, g.encoding, g.priority, g.tags, g.custom_data, g.provider,
                   g.delivery_state, g.created_at, g.scheduled_at, g.valid_until, g.idempotency_key, g.content_hash,
                   g.valid_for_seconds, g.give_up_at, s.last_seq + g.charge_ordinal AS charge_seq,
                   s.balance - g.charged_so_far AS balance_after
            FROM given AS g
            JOIN standing AS s ON s.name = g.account AND s.currency = g.currency
            WHERE (NOT s.is_prepaid OR s.balance >= g.charged_so_far OR g.total_cost = 0)
              AND (NOT s.has_suppressions  -- as FindSuppressed has it
                   OR coalesce((SELECT e.kind <> 'suppressed'
                                FROM outbox.suppression_event AS e
                                WHERE e.account = g.account AND e.number = g.recipient
                                ORDER BY e.received_at DESC, e.kind DESC LIMIT 1), true))
        ), confirmed AS MATERIALIZED (
            -- Arrays, as counting takes an aggregate to set up. The clock is asked last: behind the locks.
            SELECT cardinality(ARRAY(SELECT c.units FROM charged AS c)) = cardinality($1::uuid[])
                   AND ARRAY(SELECT p.place FROM price AS p) = $30::text[]
                   AND ARRAY(SELECT p.cost FROM price AS p) = $31::numeric[]
                   AND now() BETWEEN $32::timestamptz - $33::interval AND $32::timestamptz + $33::interval
                   AND clock_timestamp() - statement_timestamp() < $34::text::interval
                   AS holds
        ), entry AS (
            INSERT INTO outbox.entry
                (id, account, user_id, recipient_phone_number, message, sender_id, message_id, message_name,
                 sms_units_used, cost_per_unit, total_cost, currency, encoding, priority, tags, custom_data, provider,
                 delivery_state, created_at, scheduled_at, valid_until, idempotency_key, content_hash,
                 valid_for_seconds)
            SELECT id, account, user_id, recipient, message, sender_id, message_id, message_name, units,
                   cost_per_unit, total_cost, currency, encoding, priority, coalesce(tags::text[], '{}'),
                   coalesce(custom_data::jsonb, '{}'), provider,
                   delivery_state, created_at, scheduled_at, valid_until, idempotency_key, content_hash,
                   valid_for_seconds
            FROM charged
            WHERE (SELECT holds FROM confirmed)
        ), queued AS (
            INSERT INTO queue.send (entry_id, provider, account, priority, due_at, give_up_at, cycle)
            SELECT id, provider, account, CASE priority WHEN 'high' THEN 0 ELSE 1 END,
                   coalesce(scheduled_at, created_at), give_up_at, 0
            FROM charged
            WHERE (SELECT holds FROM confirmed)
        )
        INSERT INTO billing.ledger_entry (account, seq, kind, amount, balance_after, entry_id, cycle, step)
        SELECT account, charge_seq, 'charge', -total_cost, balance_after, id, 0, 0
        FROM charged
        WHERE (SELECT holds FROM confirmed)
        """
    let sends: [AcceptedSend]
    let prefixes: [String]
    let prices: [SMSPrice]
    let now: Timestamp
    let clockErrorMax: Duration
    let lockWaitMax: Duration

    /// Stores these: at least one.
    ///
    /// - Parameters:
    ///   - prefixes: every prefix of the recipients' digits, perhaps more.
    ///   - prices: what of these has a price in the entries' currencies, and which.
    ///   - now: the database's time at which they were decided.
    ///   - clockErrorMax: how far it may be from the time that the transaction goes by.
    ///   - lockWaitMax: how long the accounts' locks may take in all, in whole milliseconds. Less than the deadline: if
    ///     the server gives up, it is certain that nothing was stored; if the client does, it is not.
    package init(
        _ sends: [AcceptedSend], prefixes: [String], prices: [SMSPrice], now: Timestamp, clockErrorMax: Duration,
        lockWaitMax: Duration
    ) {
        self.sends = sends
        self.prefixes = prefixes
        self.prices = prices
        self.now = now
        self.clockErrorMax = clockErrorMax
        self.lockWaitMax = lockWaitMax
    }

    package func bind(_ parameters: inout Parameters) {
        // About the bytes of a value; longer ones make their column grow.
        func column(_ type: PostgresType, _ bytes: Int) -> ArrayParameter {
            ArrayParameter(type, capacity: sends.count * (4 + bytes))
        }
        var id = column(.uuid, 16)
        var account = column(.text, 16)
        var userID = column(.text, 16)
        var recipient = column(.text, 16)
        var message = column(.text, 80)
        var senderID = column(.text, 16)
        var messageID = column(.text, 40)
        var messageName = column(.text, 16)
        var units = column(.int4, 16)
        var costPerUnit = column(.numeric, 16)
        var totalCost = column(.numeric, 16)
        var currency = column(.text, 16)
        var encoding = column(.text, 16)
        var priority = column(.text, 16)
        var tags = column(.text, 16)
        var customData = column(.text, 16)
        var provider = column(.text, 16)
        var deliveryState = column(.text, 16)
        var createdAt = column(.timestamptz, 16)
        var scheduledAt = column(.timestamptz, 16)
        var validUntil = column(.timestamptz, 16)
        var idempotencyKey = column(.text, 40)
        var contentHash = column(.bytea, 32)
        var validForSeconds = column(.int4, 16)
        var giveUpAt = column(.timestamptz, 16)
        var chargeOrdinal = column(.int8, 16)
        var chargedSoFar = column(.numeric, 16)
        var accounts: Set<String> = []
        // By index, because a copy of an element would count references to all its texts.
        for index in sends.indices {
            id.append(uuid: sends[index].entry.id.rawValue)
            account.append(sends[index].entry.account)
            accounts.insert(sends[index].entry.account)
            userID.append(sends[index].entry.userID)
            recipient.append(sends[index].entry.recipient)
            message.append(sends[index].entry.message)
            senderID.append(sends[index].entry.senderID)
            messageID.append(optional: sends[index].entry.messageID)
            messageName.append(optional: sends[index].entry.messageName)
            units.append(sends[index].entry.units)
            costPerUnit.append(sends[index].entry.costPerUnit)
            totalCost.append(sends[index].entry.totalCost)
            currency.append(sends[index].entry.currency)
            encoding.append(sends[index].entry.encoding.rawValue)
            priority.append(sends[index].entry.priority.rawValue)
            tags.append(optional: sends[index].tagsArray)
            // The empty object is what the statement makes of NULL, without reading it as JSON.
            let data = sends[index].entry.customDataJSON
            customData.append(optional: data == "{}" ? nil : data)
            provider.append(sends[index].entry.provider)
            deliveryState.append(sends[index].entry.deliveryState.rawValue)
            createdAt.append(microseconds: sends[index].entry.times.createdAt.microseconds)
            scheduledAt.append(optional: sends[index].entry.times.scheduledAt) {
                $0.append(microseconds: $1.microseconds)
            }
            validUntil.append(optional: sends[index].entry.times.validUntil) {
                $0.append(microseconds: $1.microseconds)
            }
            idempotencyKey.append(optional: sends[index].idempotencyKey)
            contentHash.append(bytes: sends[index].contentHash)
            validForSeconds.append(optional: sends[index].validForSeconds) { $0.append($1) }
            giveUpAt.append(microseconds: sends[index].giveUpAt.microseconds)
            chargeOrdinal.append(sends[index].chargeOrdinal)
            chargedSoFar.append(sends[index].chargedSoFar)
        }
        for array in [
            id, account, userID, recipient, message, senderID, messageID, messageName, units, costPerUnit, totalCost,
            currency, encoding, priority, tags, customData, provider, deliveryState, createdAt, scheduledAt, validUntil,
            idempotencyKey, contentHash, validForSeconds, giveUpAt, chargeOrdinal, chargedSoFar,
            ArrayParameter(texts: accounts), ArrayParameter(texts: prefixes),
        ] { parameters.append(array) }
        // Ordered as the text has them.
        let known = prices.map { (place: "\($0.currency) \($0.prefix)", cost: $0.costPerUnit) }
            .sorted { $0.place.utf8.lexicographicallyPrecedes($1.place.utf8) }
        parameters.append(texts: known.lazy.map(\.place))
        var costs = ArrayParameter(.numeric)
        for price in known { costs.append(Numeric(price.cost)) }
        parameters.append(costs)
        parameters.append(timestamptz: now.microseconds)
        parameters.append(interval: clockErrorMax)
        parameters.append(timeLimit: lockWaitMax)
    }

    /// Whether they were stored: all of them, or none.
    package func decode(_ rows: Rows) throws(PostgresError) -> Bool {
        guard rows.affectedCount == 0 || rows.affectedCount == sends.count else {
            throw PostgresError(.unexpectedResult, effect: .unknown, statement: Self.name)
        }
        return rows.affectedCount > 0
    }
}
