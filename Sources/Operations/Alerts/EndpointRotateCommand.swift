import ArgumentParser
import Store

/// `postroom alert endpoint rotate`.
struct EndpointRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give an endpoint of the operators a new secret; those in use are used beside it for a day.")

    @Argument(help: "Its id, as `postroom alert endpoint list` shows it.")
    var endpoint: EndpointArgument

    func run() async throws {
        let id = endpoint.id
        let key = try AlertEndpointCommand.key()
        let session = try OperatorSession(AlertCommand.applicationName)
        guard let before = try await session.run(ListEndpoints(account: nil)).first(where: { $0.id == id }) else {
            throw endpoint.unknown
        }
        guard before.canRotate else {
            throw CommandFailure(
                "Deliveries to endpoint \(id) are signed with \(RotateEndpoint.secretsMax) secrets already: wait until "
                    + "\(before.previousValidUntil?.iso8601 ?? "-").")
        }
        let rotation = RotateEndpoint(id, account: nil, from: before.secretVersion)
        let rotated = try await session.perform(isRepeatable: true) { connection, deadline in
            try connection.run(rotation, deadline: deadline)
        }
        guard let rotated else { throw endpoint.unknown }
        Terminal.print(
            "Its new secret, shown this once: \(key.secret(of: id, version: rotated.secretVersion).text.revealed)")
        Terminal.print("Those before are used beside it until \(rotated.previousValidUntil?.iso8601 ?? "-").")
    }
}
