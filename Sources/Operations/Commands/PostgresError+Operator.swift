import PostgresClient

extension PostgresError {
    /// The failure for a person at a terminal: with the first line of what the server said, which names tables, files
    /// and hosts; without its details, which quote rows, and without what libpq quotes of the connection string.
    var operatorSentence: String {
        switch reason {
        case .connectionLost where isOfConnecting && serverMessage.contains("FATAL:"):
            "Postgres does not let us in: \(saidOrNothing). Check DATABASE_URL; the server's own log may say more."
        case .connectionLost:
            "Postgres cannot be reached: \(saidOrNothing). Check DATABASE_URL, and that the server runs."
        case .badConfiguration:
            "DATABASE_URL cannot be read: it is neither a libpq URI nor libpq's keywords (host=… dbname=…)."
        default:
            "\(reasonInWords.prefix(1).uppercased())\(reasonInWords.dropFirst())."
        }
    }

    /// The failure as the middle of a sentence.
    var reasonInWords: String {
        switch reason {
        case .connectionLost: "the connection to Postgres was lost (\(saidOrNothing))"
        case .deadlinePassed: "Postgres did not answer in time"
        case .cancelled: "it was interrupted"
        case .poolExhausted: "every connection is busy"
        case .closed: "the connection is closed"
        case .misused: "the program misused its connection (\(statement): \(saidOrNothing))"
        case .server(let state): "Postgres refused it: \(saidOrNothing) (SQLSTATE \(state.code))"
        case .commitInDoubt: "Postgres committed with a warning, so it may not have reached the standby"
        case .unexpectedResult: "Postgres answered in another shape than expected (\(statement))"
        case .badConfiguration: "the connection string cannot be read"
        }
    }

    /// The line of the script at which the server stopped, from 1; nil where it named none.
    var scriptLine: Int? {
        for line in serverMessage.split(whereSeparator: \.isNewline) where line.hasPrefix("LINE ") {
            return Int(line.dropFirst("LINE ".count).prefix { $0.isASCII && $0.isNumber })
        }
        return nil
    }

    /// What stands for a message that may quote a part of the password.
    private static let unusable =
        "DATABASE_URL cannot be used as it stands (one of its parameters has a wrong value, or a / or an @ in its password "
        + "is not percent-encoded)"

    /// The first line of what was said, without its severity and full stop.
    private var saidOrNothing: String {
        if isOfConnecting, reason == .connectionLost, !serverMessage.isEmpty, connectMessage == nil {
            return Self.unusable
        }
        var line = serverMessage.split(whereSeparator: \.isNewline).first.map(String.init) ?? "no reason was given"
        for severity in ["ERROR:", "FATAL:", "PANIC:"] where line.hasPrefix(severity) {
            line = String(line.dropFirst(severity.count).drop { $0 == " " })
        }
        while line.hasSuffix(".") { line.removeLast() }
        return line
    }
}
