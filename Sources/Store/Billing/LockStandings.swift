import Domain
import PostgresClient

/// Locks accounts until the transaction ends, and reads under the locks their standings and the prices that hold now
/// for any of these prefixes in their currencies.
///
/// For sends that are decided by what it reads, not by what earlier ones found (``AcceptEntries``, which calls the same
/// function).
///
/// Locks: as ``LockAccounts``. All prefixes of a group's numbers are asked for together: few rows come back, whatever
/// the size of the table, and the caller finds the longest match.
package struct LockStandings: Statement {
    /// What it finds.
    package struct Output: Sendable {
        /// The accounts there are.
        package var accounts: [AccountStanding]
        /// When the transaction began; nil where there is no account.
        package var now: Timestamp?
        /// By currency and prefix, each once.
        package var prices: [SMSPrice]
    }

    package static let isPrepared = true
    package static let sql = """
        SELECT s.currency, s.prefix, s.cost_per_unit, s.name, s.is_prepaid, s.last_seq, s.balance,
               -- LIMIT is a fence: of EXISTS the planner may make a hash of all there are.
               coalesce((SELECT true FROM outbox.suppression_event AS e WHERE e.account = s.name LIMIT 1), false),
               s.transaction_time
        FROM billing.lock_standings($1::text[], $2::text[]) AS s
        """
    let names: [String]
    let prefixes: [String]

    /// Locks and reads these; unknown names are left out.
    package init(_ names: some Sequence<String>, prefixes: [String]) {
        self.names = Array(names)
        self.prefixes = prefixes
    }

    package func bind(_ parameters: inout Parameters) {
        parameters.append(texts: names)
        parameters.append(texts: prefixes)
    }

    /// What was found.
    ///
    /// - Throws: where a price is no ``Amount``, which the table's constraints rule out: leaving it out would mean
    ///   sending at the price of a shorter prefix.
    package func decode(_ rows: Rows) throws(PostgresError) -> Output {
        var output = Output(accounts: [], now: nil, prices: [])
        try rows.forEach { row throws(PostgresError) in
            let (currency, prefix, cost) = (try row.text(), try row.optionalText(), try row.optionalText())
            if let prefix {
                guard let cost = cost.flatMap({ Amount($0) }) else {
                    throw PostgresError(.unexpectedResult, statement: Self.name, serverMessage: "price")
                }
                output.prices.append(SMSPrice(currency: currency, prefix: prefix, costPerUnit: cost))
                row.skipRest()
            } else {
                output.accounts.append(
                    AccountStanding(
                        name: try row.text(), isPrepaid: try row.bool(), currency: currency, lastSeq: try row.int64(),
                        balance: try row.numeric(), hasSuppressions: try row.bool()))
                output.now = Timestamp(microseconds: try row.timestamptz())
            }
        }
        return output
    }
}
