import ArgumentParser
import Domain
import Store

/// `postroom price list`.
struct PriceListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List prices, or those of one number, and say which hold now.")

    @Option(help: "Only those of this currency.")
    var currency: Currency?

    @Option(
        help: ArgumentHelp("Only those of this number's prefixes: the first that holds decides.", valueName: "+…"),
        transform: { text in
            guard let number = PhoneNumber(e164: text) else {
                throw ValidationError("Expected a number such as +4915112345678.")
            }
            return number
        })
    var number: PhoneNumber?

    @OptionGroup var rows: RowLimit

    func run() async throws {
        let session = try OperatorSession("postroom price")
        let statement = ListPrices(currency: currency?.code, number: number, limit: rows.limit)
        let prices = try await session.run(statement)
        guard !prices.isEmpty else {
            return Terminal.print(
                number == nil ? "No prices." : "No price holds for this number: a send to it is refused.")
        }
        let verdicts = priceVerdicts(prices, ofOneNumber: number != nil)
        Terminal.printTable(
            ["currency", "prefix", "cost per part", "valid from", "now"],
            zip(prices, verdicts).map { price, verdict in
                [
                    price.currency, "+\(price.prefix)", price.costPerUnit.decimalText, price.validFrom.iso8601,
                    verdict.sentence,
                ]
            })
        rows.printRest(after: prices.count)
        guard number != nil, !verdicts.contains(.decides) else { return }
        Terminal.print("No price holds for this number yet: a send to it is refused.")
    }
}
