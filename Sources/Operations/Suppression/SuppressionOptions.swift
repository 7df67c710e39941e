import ArgumentParser
import Domain
import Foundation
import PostgresClient
import Store

extension PhoneNumber: ExpressibleByArgument {
    /// Reads a number that a person enters: with `+` or `00` in front.
    package init?(argument: String) { self.init(entered: argument) }
}

/// Whose list, and which number.
struct SuppressionTarget: ParsableArguments {
    @Option(help: "The account.")
    var account: AccountName

    @Argument(help: "The recipient's number, with + or 00 and the country code.")
    var number: PhoneNumber

    /// The same as it is stored.
    var pair: SuppressionPair { SuppressionPair(account: account.text, number: number.e164) }
}

/// A change, and who makes it.
struct SuppressionChange: ParsableArguments {
    @OptionGroup var target: SuppressionTarget

    @Option(help: "Why, 1 to 256 characters; kept on record.")
    var note: String?

    func validate() throws {
        guard let note else { return }
        guard (1...EnteredSuppression.noteLengthMax).contains(note.unicodeScalars.count),
            !note.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw ValidationError(
                "--note must have 1 to \(EnteredSuppression.noteLengthMax) characters, and no control characters.")
        }
    }

    /// Records it, as the system's user who runs the command.
    ///
    /// - Returns: whether it changed anything.
    func record(_ kind: SuppressionKind) async throws -> Bool {
        let session = try OperatorSession("postroom suppression")
        let entered = EnteredSuppression(
            pair: target.pair, kind: kind, source: .operator, actor: NSUserName(), note: note)
        let account = target.account
        return try await session.perform(isRepeatable: true) { connection, deadline in
            guard try !connection.run(ListAccounts(name: account.text, limit: 1), deadline: deadline).isEmpty else {
                throw account.unknown
            }
            return try connection.run(RecordSuppression(entered), deadline: deadline)
        }
    }
}
