import CLibpq

/// The rows of one result, in binary, freed with the last reference. Belongs to the thread that ran the statement.
public final class Rows {
    let result: OpaquePointer
    let statement: String
    /// Number of rows.
    public let count: Int
    private let types: [UInt32]

    init(_ result: OpaquePointer, statement: String) {
        self.result = result
        self.statement = statement
        count = Int(PQntuples(result))
        types = (0..<PQnfields(result)).map { PQftype(result, $0) }
    }

    deinit { PQclear(result) }

    /// Number of rows that the statement inserted, changed, deleted or returned.
    public var affectedCount: Int {
        Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    /// Number of columns of each row.
    var columnCount: Int { types.count }

    /// Decodes every row in order.
    /// - Throws: ``PostgresError/Reason/unexpectedResult`` where a column of a row is left unread, as all of these do.
    public func map<Value>(_ decode: (inout Row) throws(PostgresError) -> Value) throws(PostgresError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for index in 0..<count { values.append(try read(index, decode)) }
        return values
    }

    /// Reads every row in order.
    public func forEach(_ body: (inout Row) throws(PostgresError) -> Void) throws(PostgresError) {
        for index in 0..<count { try read(index, body) }
    }

    /// The only row.
    /// - Throws: ``PostgresError/Reason/unexpectedResult`` where there is none or more than one.
    public func single<Value>(_ decode: (inout Row) throws(PostgresError) -> Value) throws(PostgresError) -> Value {
        guard count == 1 else { throw unexpected("\(count) rows instead of one") }
        return try read(0, decode)
    }

    /// The only row; nil where there is none.
    /// - Throws: ``PostgresError/Reason/unexpectedResult`` where there is more than one.
    public func optionalSingle<Value>(
        _ decode: (inout Row) throws(PostgresError) -> Value
    ) throws(PostgresError) -> Value? {
        count == 0 ? nil : try single(decode)
    }

    private func read<Value>(
        _ index: Int, _ decode: (inout Row) throws(PostgresError) -> Value
    ) throws(PostgresError) -> Value {
        var row = Row(rows: self, index: index)
        let value = try decode(&row)
        try row.end()
        return value
    }

    func unexpected(_ message: String) -> PostgresError {
        // The statement has run: whether it has had its effect is for the transaction's end to say.
        PostgresError(.unexpectedResult, effect: .unknown, statement: statement, serverMessage: message)
    }

    /// The bytes of one value; nil for NULL. Valid while this object lives.
    func value(_ row: Int32, _ column: Int, _ type: PostgresType) throws(PostgresError) -> UnsafeRawBufferPointer? {
        guard column < types.count else { throw unexpected("no column \(column)") }
        guard types[column] == type.rawValue else {
            throw unexpected("column \(column) has type \(types[column]), not \(type)")
        }
        if PQgetisnull(result, row, Int32(column)) == 1 { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(result, row, Int32(column)), count: Int(PQgetlength(result, row, Int32(column))))
    }
}
