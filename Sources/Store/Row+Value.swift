import PostgresClient

/// Words of closed sets, read as the values they stand for. Here and not among the row's own readers, where the compiler
/// could not make them for each type, and they would take several times as long.
extension Row {
    /// Text that is one of a closed set of words.
    mutating func value<Value: RawRepresentable>() throws(PostgresError) -> Value where Value.RawValue == String {
        try known(text())
    }

    /// Text that is one of a closed set of words, or NULL.
    mutating func optionalValue<Value: RawRepresentable>() throws(PostgresError) -> Value?
    where Value.RawValue == String {
        guard let text = try optionalText() else { return nil }
        return try known(text)
    }

    private func known<Value: RawRepresentable>(_ text: String) throws(PostgresError) -> Value
    where Value.RawValue == String {
        guard let value = Value(rawValue: text) else { throw unexpected("is no \(Value.self)") }
        return value
    }
}
