import ArgumentParser
import Store

/// `postroom key revoke`.
struct KeyRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a key for good.",
        discussion: "An API that has just looked it up takes it for up to four seconds more.")

    @Argument(help: "The key's id, as `postroom key list` shows it.")
    var id: String

    func run() async throws {
        guard let id = APIKeyID(id) else { throw CommandFailure("Not an id: \(shown(id)). See `postroom key list`.") }
        let session = try OperatorSession("postroom key")
        let outcome = try await session.perform(isRepeatable: true) { connection, deadline in
            try connection.run(RevokeAPIKey(id), deadline: deadline)
        }
        switch outcome {
        case .revoked(let key):
            Terminal.print("Revoked key \(id) of account \(shown(key.account)), user \(shown(key.user)).")
        case .revokedBefore(let key):
            Terminal.print("Nothing changed: key \(id) was revoked before, at \(key.revokedAt?.iso8601 ?? "-").")
        case .unknownKey: throw CommandFailure("There is no key \(id). See `postroom key list`.")
        }
    }
}
