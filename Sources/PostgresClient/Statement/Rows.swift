import CLibpq

/// The rows of one result, in binary, freed with the last reference. Belongs to the thread that ran the statement.
public final class Rows {
    let result: OpaquePointer
    let statement: String
    /// Number of rows.
    public let count: Int
    /// The object id of each column's type.
    let types: UnsafeBufferPointer<UInt32>

    init(_ result: OpaquePointer, statement: String) {
        self.result = result
        self.statement = statement
        count = Int(PQntuples(result))
        let types = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: Int(PQnfields(result)))
        for column in types.indices { types.initializeElement(at: column, to: PQftype(result, Int32(column))) }
        self.types = UnsafeBufferPointer(types)
    }

    deinit {
        types.deallocate()
        PQclear(result)
    }

    /// Number of rows that the statement inserted, changed, deleted or returned.
    public var affectedCount: Int {
        Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    /// Decodes every row in order.
    /// - Throws: ``PostgresError/Reason/unexpectedResult`` where a column of a row is left unread, as all of these do.
    public func map<Value>(_ decode: (inout Row) throws(PostgresError) -> Value) throws(PostgresError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for index in 0..<count {
            var row = Row(rows: self, index: index)
            values.append(try decode(&row))
            try row.end()
        }
        return values
    }

    /// Reads every row in order.
    public func forEach(_ body: (inout Row) throws(PostgresError) -> Void) throws(PostgresError) {
        for index in 0..<count {
            var row = Row(rows: self, index: index)
            try body(&row)
            try row.end()
        }
    }

    /// The only row.
    /// - Throws: ``PostgresError/Reason/unexpectedResult`` where there is none or more than one.
    public func single<Value>(_ decode: (inout Row) throws(PostgresError) -> Value) throws(PostgresError) -> Value {
        guard count == 1 else { throw unexpected("\(count) rows instead of one") }
        var row = Row(rows: self, index: 0)
        let value = try decode(&row)
        try row.end()
        return value
    }

    /// The only row; nil where there is none.
    /// - Throws: ``PostgresError/Reason/unexpectedResult`` where there is more than one.
    public func optionalSingle<Value>(
        _ decode: (inout Row) throws(PostgresError) -> Value
    ) throws(PostgresError) -> Value? {
        count == 0 ? nil : try single(decode)
    }

    func unexpected(_ message: String) -> PostgresError {
        // The statement has run: whether it has had its effect is for the transaction's end to say.
        PostgresError(.unexpectedResult, effect: .unknown, statement: statement, serverMessage: message)
    }
}
