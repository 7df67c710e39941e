import ArgumentParser
import Store

/// `postroom price import`.
struct PriceImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Set the prices of a CSV file: all of them, or none.",
        discussion: """
            The first line names the columns: currency,prefix,cost_per_unit,valid_from. An empty prefix is every \
            destination, an empty valid_from is now. Every wrong line is named. Prices that are there already stay, so \
            that a file may be imported again.
            """)
    /// The most problems that are told.
    private static let problemsMax = 100

    @Argument(help: "The file.", completion: .file(extensions: ["csv"]))
    var file: String

    func run() async throws {
        let content = try PriceFile(Self.text(of: file))
        guard content.problems.isEmpty else { throw Self.refusal(content.problems) }
        let session = try OperatorSession("postroom price")
        switch try await session.set(content.lines.map(\.price)) {
        case .set(let new):
            let before = content.lines.count - new.count
            let set = new.count == 1 ? "1 price" : "\(new.count) prices"
            Terminal.print("Set \(set); \(before) \(before == 1 ? "was" : "were") there before.")
        case .conflicts(let conflicts):
            throw Self.refusal(
                conflicts.map { conflict in
                    "Line \(content.lines[conflict.index].number): from \(conflict.existing.validFrom) on it costs "
                        + "\(conflict.existing.costPerUnit.decimalText) already, and prices are not changed afterwards."
                })
        }
    }

    private static func text(of path: String) throws -> String {
        let data = try BoundedFile.read(path, bytesMax: PriceFile.bytesMax)
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandFailure("\(path) is not UTF-8.")
        }
        return text
    }

    private static func refusal(_ problems: [String]) -> CommandFailure {
        let more = problems.count - problemsMax
        return CommandFailure(
            (["Nothing was set."] + problems.prefix(problemsMax) + (more > 0 ? ["And \(more) more."] : []))
                .joined(separator: "\n"))
    }
}
