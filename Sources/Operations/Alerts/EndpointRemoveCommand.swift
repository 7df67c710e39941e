import ArgumentParser
import Store

/// `postroom alert endpoint remove`.
struct EndpointRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove an endpoint of the operators; what waits for it is given up.")

    @Argument(help: "Its id, as `postroom alert endpoint list` shows it.")
    var endpoint: EndpointArgument

    func run() async throws {
        let session = try OperatorSession(AlertCommand.applicationName)
        guard try await session.run(DeleteEndpoint(endpoint.id, account: nil)) else { throw endpoint.unknown }
        Terminal.print("Removed endpoint \(endpoint.id).")
    }
}
