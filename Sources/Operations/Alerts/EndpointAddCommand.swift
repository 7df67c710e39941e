import Alerting
import ArgumentParser
import Domain
import Runtime
import Store

/// `postroom alert endpoint add`.
struct EndpointAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make an endpoint of the operators; prints its secret, this once.")

    @Argument(
        help: "Where notifications are posted to: https, on the public internet, or in POSTROOM_ALERT_ALLOWED_NETWORKS."
    )
    var url: String

    @Option(
        name: .customLong("kind"),
        help: ArgumentHelp(
            "A kind that it gets, several times for several; all where none is given: "
                + "\(AlertKind.ofOperators.map(\.rawValue).joined(separator: ", ")).", valueName: "kind"),
        transform: kind)
    var kinds: [AlertKind] = []

    func run() async throws {
        let reader = SettingsReader.standard()
        let policy = DestinationPolicy(reading: reader)
        try reader.finish()
        guard (try? policy.read(url)) != nil else {
            throw CommandFailure(
                "Not a URL that notifications may be sent to: expected the https URL of a server on the public internet, "
                    + "in ASCII, without user name and fragment. POSTROOM_ALERT_ALLOWED_NETWORKS names what may be reached "
                    + "besides.")
        }
        let key = try AlertEndpointCommand.key()
        let session = try OperatorSession(AlertCommand.applicationName)
        // Made once: where it was done all the same, it is done again with the same id.
        let id = EndpointID.new()
        let add = AddEndpoint(id, account: nil, url: url, kinds: kinds)
        let isThere = try await session.perform(isRepeatable: true) { connection, deadline in
            try connection.run(add, deadline: deadline)
        }
        guard isThere else {
            throw CommandFailure("The operators have \(AddEndpoint.countMax) endpoints already: remove one.")
        }
        Terminal.print("Made endpoint \(id).")
        Terminal.print("Its secret, shown this once: \(key.secret(of: id, version: 1).text.revealed)")
    }

    private static func kind(_ text: String) throws -> AlertKind {
        guard let kind = AlertKind.ofOperators.first(where: { $0.rawValue == text }) else {
            throw ValidationError("Expected one of \(AlertKind.ofOperators.map(\.rawValue).joined(separator: ", ")).")
        }
        return kind
    }
}
