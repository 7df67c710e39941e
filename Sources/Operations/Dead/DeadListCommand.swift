import ArgumentParser
import Domain

/// `postroom dead list`.
struct DeadListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List dead letters, the oldest first.")

    @OptionGroup var selection: DeadSelection

    @Option(help: "How many at most, 1...100000.")
    var limit: Int32 = 50

    func validate() throws { try RowLimit.validate(limit) }

    func run() async throws {
        let session = try DeadLetterSession()
        let letters = try await session.page(
            selection.filter(), after: WebhookID(rawValue: 0), limit: limit)
        guard !letters.isEmpty else { return Terminal.print("No dead letters.") }
        Terminal.printTable(
            ["id", "source", "account", "reason", "detail", "tries", "received"],
            letters.map { letter in
                [
                    letter.webhookID.description, letter.source.description, letter.account, letter.reason,
                    letter.detail, "\(letter.tries)", letter.receivedAt.iso8601,
                ]
            })
        RowLimit.printRest(after: letters.count, limit: limit)
    }
}
