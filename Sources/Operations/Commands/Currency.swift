import ArgumentParser

/// An ISO 4217 code as an argument: three capital letters.
struct Currency: ExpressibleByArgument, Equatable, Sendable {
    /// The code.
    let code: String

    init?(argument: String) {
        guard argument.utf8.count == 3, argument.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else { return nil }
        code = argument
    }

    /// For the parser's complaint.
    var defaultValueDescription: String { code }
}
