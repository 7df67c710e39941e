import Domain
import PostgresClient

/// What a part costs to numbers that begin with a prefix.
public struct SMSPrice: Sendable, Equatable {
    /// ISO 4217 code.
    public var currency: String
    /// First digits of the number without its `+`; empty = every destination.
    public var prefix: String
    /// Price of one part.
    public var costPerUnit: Amount

    /// Makes one.
    public init(currency: String, prefix: String, costPerUnit: Amount) {
        self.currency = currency
        self.prefix = prefix
        self.costPerUnit = costPerUnit
    }
}

/// Reads the prices that hold now for any of these prefixes, in the currencies of these accounts.
///
/// All prefixes of a group's numbers are asked for together: the rows that come back are few, whatever the size of the
/// table, and the longest match is found by the caller.
public struct ReadPrices: Statement {
    /// Changes nothing.
    public static let access = StatementAccess.reads
    /// Parsed and planned once.
    public static let isPrepared = true
    /// The statement.
    public static let sql = """
        SELECT DISTINCT ON (p.currency, p.prefix) p.currency, p.prefix, p.cost_per_unit::text
        FROM billing.sms_price AS p
        WHERE p.currency IN (SELECT a.currency FROM billing.account AS a WHERE a.name = ANY ($2::text[]))
          AND p.prefix = ANY ($1::text[])
          AND p.valid_from <= now()
        ORDER BY p.currency, p.prefix, p.valid_from DESC
        """
    let prefixes: [String]
    let accounts: [String]

    /// Reads these.
    public init(prefixes: some Sequence<String>, accounts: some Sequence<String>) {
        self.prefixes = Array(prefixes)
        self.accounts = Array(accounts)
    }

    /// Its values, in the order of the text.
    public func bind(_ parameters: inout Parameters) {
        for texts in [prefixes, accounts] {
            var array = ArrayParameter(.text)
            for text in texts { array.append(text) }
            parameters.append(array)
        }
    }

    /// The prices.
    ///
    /// - Throws: where one is no ``Amount``, which the table's constraints rule out: to leave it out would be to send at
    ///   the price of a shorter prefix.
    public func decode(_ rows: Rows) throws(PostgresError) -> [SMSPrice] {
        try rows.map { row throws(PostgresError) in
            guard let cost = Amount(try row.text(2)) else {
                throw PostgresError(.unexpectedResult, statement: Self.name, serverMessage: "price")
            }
            return SMSPrice(currency: try row.text(0), prefix: try row.text(1), costPerUnit: cost)
        }
    }
}
