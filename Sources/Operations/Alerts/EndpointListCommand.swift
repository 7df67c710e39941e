import ArgumentParser
import Store

/// `postroom alert endpoint list`.
struct EndpointListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the operators' endpoints, or an account's.")

    @Option(help: "Those of this account instead of the operators'.")
    var account: AccountName?

    func run() async throws {
        let session = try OperatorSession(AlertCommand.applicationName)
        let endpoints = try await session.run(ListEndpoints(account: account?.text))
        guard !endpoints.isEmpty else { return Terminal.print("No endpoints.") }
        Terminal.printTable(
            ["id", "url", "kinds", "secret version", "failing since", "disabled"],
            endpoints.map { endpoint in
                [
                    endpoint.id.description, shown(endpoint.url),
                    endpoint.kindsJSON == "[]" ? "all" : shown(endpoint.kindsJSON), "\(endpoint.secretVersion)",
                    endpoint.failingSince?.iso8601 ?? "-", endpoint.disabledReason ?? "-",
                ]
            })
    }
}
