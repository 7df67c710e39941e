import ArgumentParser
import Domain
import Runtime
import Store

/// `postroom key create`.
struct KeyCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a key and print it, this once.",
        discussion: """
            The key alone goes to standard output, and what it is for to standard error. Only its hash is stored: a \
            lost key is revoked and another made.
            """)
    /// The longest name of a user, in characters.
    private static let userLengthMax = 128

    @Option(help: "The account that its sends are charged to.")
    var account: AccountName

    @Option(help: "The user that its sends count for, 1 to 128 characters; only an admin key may name another.")
    var user: String

    @Option(help: "What it allows: send, read, admin. May be given several times.")
    var scope: [APIKeyScope]

    func validate() throws {
        guard !scope.isEmpty else { throw ValidationError("Name at least one --scope: send, read or admin.") }
        guard (1...Self.userLengthMax).contains(user.unicodeScalars.count),
            !user.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw ValidationError(
                "--user must have 1 to \(Self.userLengthMax) characters, and no control characters.")
        }
    }

    func run() async throws {
        let session = try OperatorSession("postroom key")
        let key = APIKey.make()
        let id = APIKeyID.new()
        // In the order they have everywhere, each once.
        let scopes = APIKeyScope.allCases.filter(scope.contains)
        let isStored = try await session.run(
            CreateAPIKey(id: id, hash: key.hash, account: account.text, user: user, scopes: scopes))
        guard isStored else { throw account.unknown }
        Terminal.printError(
            "Key \(id) for account \(account.text), user \(shown(user)), with the \(scopes.count == 1 ? "scope" : "scopes") "
                + "\(scopes.map(\.rawValue).joined(separator: ", ")). It is shown this once:")
        Terminal.print(key.text)
    }
}
