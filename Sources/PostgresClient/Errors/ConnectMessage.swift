/// What may be told of what was said while a connection was being made.
///
/// No statement has run then, so that nothing quotes a row, and nobody sends a password back. Yet libpq also quotes what it
/// cannot read of the connection string, and a password with a `/` or an `@` in it that is not percent-encoded is taken for a
/// port or a host. So it is told from where libpq has reached an address, or the server has answered.
enum ConnectMessage {
    /// How a message begins that may be told; ours among them.
    private static let beginnings = [
        "connection to server ", "FATAL:", HostLookup.failure, Connection.standbyFailure,
    ]
    /// The most characters that are told.
    private static let charactersMax = 300

    /// The first line, which names the address, the role and the database; nil where nothing may be told.
    static func told(_ message: String) -> String? {
        guard let line = message.split(whereSeparator: \.isNewline).first,
            beginnings.contains(where: line.hasPrefix)
        else { return nil }
        return String(line.prefix(charactersMax))
    }
}
