import ArgumentParser
import Store

/// `postroom account topup`.
struct AccountTopUpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topup", abstract: "Add money to an account, once per reference.",
        discussion: "Done again with the same reference it adds nothing, and says so: repeat it whenever in doubt.")

    @Argument(help: "The account's name.")
    var name: AccountName

    @Argument(help: "How much, in the account's currency: a decimal such as 250 or 99.95.")
    var amount: PaidAmount

    @Option(help: "What it is known by elsewhere, such as an invoice's number: 1 to 128 characters.")
    var reference: String

    func validate() throws {
        guard PostTopUp.accepts(amount.amount) else {
            throw ValidationError("AMOUNT must be more than 0 and at most \(PostTopUp.amountMax).")
        }
        guard PostTopUp.accepts(reference: reference) else {
            throw ValidationError(
                "--reference must have 1 to \(PostTopUp.referenceLengthMax) characters, and no control characters.")
        }
    }

    func run() async throws {
        let session = try OperatorSession("postroom account")
        let (name, amount, reference) = (name, amount.amount, reference)
        let outcome = try await session.perform(isRepeatable: true) { connection, deadline in
            try TopUp.run(
                account: name.text, amount: amount, reference: reference, on: connection, deadline: deadline)
        }
        switch outcome {
        case .posted(let row):
            Terminal.print("Added \(amount) to \(name.text): the balance is \(row.balanceAfter.decimalText).")
        case .postedBefore(let row):
            Terminal.print(
                "Nothing was added: \(reference) was done before, at \(row.createdAt), when \(row.amount.decimalText) made the "
                    + "balance \(row.balanceAfter.decimalText).")
        case .referenceTaken(let row):
            throw CommandFailure(
                "Nothing was added: \(reference) stands for another posting, of \(row.amount.decimalText) at \(row.createdAt)."
            )
        case .unknownAccount: throw name.unknown
        }
    }
}
