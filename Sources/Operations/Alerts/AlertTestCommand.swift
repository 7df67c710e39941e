import ArgumentParser
import Store

/// `postroom alert test`.
struct AlertTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Have a test told to the operators' endpoints, an account's, or one.",
        discussion: "An alert worker tells it within seconds; `postroom alert list` shows it then.")

    @Option(help: "All endpoints of this account.")
    var account: AccountName?

    @Option(help: "This endpoint, whosever it is and whatever its kinds.")
    var endpoint: EndpointArgument?

    func validate() throws {
        if account != nil, endpoint != nil { throw ValidationError("Name an account or an endpoint, not both.") }
    }

    func run() async throws {
        let session = try OperatorSession(AlertCommand.applicationName)
        if let endpoint {
            guard let (found, owner) = try await session.run(FindEndpoint(endpoint.id)) else { throw endpoint.unknown }
            if let reason = found.disabledReason {
                throw CommandFailure("Endpoint \(endpoint.id) is disabled (\(reason)): nothing is delivered to it.")
            }
            _ = try await session.run(RequestTrial(account: owner, endpoint: endpoint.id))
            return Terminal.print("A test will be told to endpoint \(endpoint.id).")
        }
        let used = try await session.run(ListEndpoints(account: account?.text)).filter { $0.disabledAt == nil }
        guard try await session.run(RequestTrial(account: account?.text)) else {
            throw account?.unknown ?? CommandFailure("Nothing was done.")
        }
        Terminal.print("A test will be told to \(used.count) \(used.count == 1 ? "endpoint" : "endpoints").")
    }
}
