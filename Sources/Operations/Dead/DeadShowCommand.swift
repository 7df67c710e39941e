import ArgumentParser
import Domain
import Store

/// `postroom dead show`.
struct DeadShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one dead letter with its bytes.",
        discussion: "Prints what the provider sent, which holds phone numbers and texts of messages.")

    @Argument(help: "The webhook's id.")
    var id: String

    func run() async throws {
        guard let id = WebhookID(id) else { throw CommandFailure("Not an id: \(id). See `postroom dead list`.") }
        let letter = try await DeadLetterSession().session.transaction { connection, deadline in
            try connection.run(LockDeadLetter(id), deadline: deadline)
        }
        guard let letter else { throw CommandFailure("No dead letter \(id), or another process works on it.") }
        let summary = letter.summary
        for (name, value) in [
            ("id", summary.webhookID.description), ("source", summary.source.description),
            ("account", summary.account), ("reason", summary.reason), ("detail", summary.detail),
            ("tries", "\(summary.tries)"), ("parser version", "\(letter.parserVersion)"),
            ("received", summary.receivedAt.iso8601), ("buried", summary.buriedAt.iso8601),
            ("from", letter.remoteAddress), ("request", "\(letter.raw.method) \(printable(letter.path))"),
            ("query", printable(letter.raw.query)), ("content type", printable(letter.raw.contentType ?? [])),
            ("headers", printable(letter.raw.headers)), ("body", printable(letter.raw.body)),
        ] { Terminal.print("\(name.padded(to: 15))\(value)") }
    }
}

/// Bytes as text that no terminal takes for a command: all but printable ASCII is written `\xNN`.
func printable(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes {
        if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "\\") {
            text.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
            let digits = String(byte, radix: 16, uppercase: true)
            text += "\\x" + (digits.count == 1 ? "0" : "") + digits
        }
    }
    return text
}
