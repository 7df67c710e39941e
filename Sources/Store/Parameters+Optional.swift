import PostgresClient

extension Parameters {
    /// Adds an integer. nil is NULL.
    mutating func append(optional value: Int32?) {
        if let value { append(value) } else { append(null: .int4) }
    }
}
