import ArgumentParser
import Domain
import PostgresClient
import Store

/// `postroom account adjust`.
struct AccountAdjustCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adjust", abstract: "Correct an account's balance, once per reference.",
        discussion: """
            For what no top-up can do: a top-up of a wrong amount, or a balance that moves to another database. Done again \
            with the same reference it changes nothing, and says so: repeat it whenever in doubt.
            """)

    @Argument(help: "The account's name.")
    var name: AccountName

    @Option(
        name: .customLong("by"), parsing: .unconditional,
        help: "What is added to the balance, in the account's currency: a decimal such as -900 or 12.50.")
    var change: AmountChange

    @Option(
        help: """
            What it is known by, such as 'credit note 7' or 'INV-1: 1000 for 100': 1 to 128 characters. Top-ups and \
            adjustments of an account share their references.
            """)
    var reference: String

    @Flag(help: "Take a prepaid account's balance below zero, too, which is refused otherwise.")
    var allowNegative = false

    func validate() throws {
        guard PostAdjustment.accepts(change.magnitude) else {
            throw ValidationError("--by must not be 0, and must be at most \(PostTopUp.amountMax) either way.")
        }
        guard PostTopUp.accepts(reference: reference) else {
            throw ValidationError(
                "--reference must have 1 to \(PostTopUp.referenceLengthMax) characters, and no control characters.")
        }
    }

    func run() async throws {
        let session = try OperatorSession("postroom account")
        let (name, amount, reference, mayOverdraw) = (name, change.amount, reference, allowNegative)
        let outcome = try await session.perform(isRepeatable: true) { connection, deadline in
            try Adjustment.run(
                account: name.text, amount: amount, reference: reference, mayOverdraw: mayOverdraw, on: connection,
                deadline: deadline)
        }
        switch outcome {
        case .done(.posted(let row)):
            Terminal.print(
                "Adjusted \(name.text) by \(amount.decimalText): the balance is \(row.balanceAfter.decimalText).")
        case .done(.postedBefore(let row)):
            Terminal.print(
                "Nothing was changed: \(reference) was done before, at \(row.createdAt), when \(row.amount.decimalText) "
                    + "made the balance \(row.balanceAfter.decimalText).")
        case .done(.referenceTaken(let row)):
            throw CommandFailure(
                "Nothing was changed: \(reference) stands for another posting, of \(row.amount.decimalText) at "
                    + "\(row.createdAt).")
        case .done(.unknownAccount): throw name.unknown
        case .overdrawn(let balance):
            throw CommandFailure(
                "Nothing was changed: \(name.text) is prepaid and has \(balance.decimalText), which \(amount.decimalText) "
                    + "would take below zero. With --allow-negative it is done all the same.")
        }
    }
}

/// A change of a balance as an argument, exact: an amount, with a minus before it where it takes something away.
struct AmountChange: ExpressibleByArgument, Equatable, Sendable {
    /// How much, either way.
    let magnitude: Amount
    /// The change.
    let amount: Numeric

    init?(argument: String) {
        let isNegative = argument.hasPrefix("-")
        let digits = argument.dropFirst(isNegative ? 1 : 0)
        guard !isNegative || !digits.hasPrefix("+"), let magnitude = Amount(digits) else { return nil }
        self.magnitude = magnitude
        amount = isNegative ? Numeric(magnitude).negated : Numeric(magnitude)
    }
}
