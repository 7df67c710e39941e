import ArgumentParser
import Domain
import Store

/// `postroom price set`.
struct PriceSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set the price of a part to numbers that begin with a prefix.")

    @Argument(
        help: "First digits of the numbers, such as +49; + alone for every destination.",
        transform: { text in
            do throws(PricePrefix.Problem) { return try PricePrefix(text) } catch {
                throw ValidationError("It \(error.words).")
            }
        })
    var prefix: PricePrefix

    @Argument(help: "Price of one part: a decimal such as 0.045.")
    var cost: PaidAmount

    @Option(help: "ISO 4217 code, such as USD: holds for the accounts of this currency.")
    var currency: Currency

    @Option(
        help: ArgumentHelp(
            "From when it holds, such as 2027-01-01T00:00:00Z. Defaults to now.", valueName: "T"),
        transform: moment)
    var validFrom: Timestamp?

    func validate() throws {
        guard NewPrice.accepts(cost.amount) else { throw ValidationError("COST must be below \(NewPrice.costMax).") }
    }

    func run() async throws {
        let session = try OperatorSession("postroom price")
        let price = NewPrice(
            currency: currency.code, prefix: prefix.digits, costPerUnit: cost.amount, validFrom: validFrom)
        switch try await session.set([price]) {
        case .set(let new):
            guard let row = new.first else {
                return Terminal.print("Nothing changed: this price was set before.")
            }
            Terminal.print(
                "A part to +\(row.prefix) costs \(row.costPerUnit.decimalText) \(row.currency) from \(row.validFrom) "
                    + "on.")
        case .conflicts(let conflicts):
            throw CommandFailure(conflicts.first.map { $0.sentence } ?? "Nothing was set.")
        }
    }
}
