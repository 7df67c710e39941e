import Alerting
import ArgumentParser
import Domain
import Runtime

/// `postroom alert`: what people are told, and where it goes.
struct AlertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alert",
        abstract: "Manage the operators' endpoints, list notifications, try the way, deliver again.",
        discussion: """
            Connects by DATABASE_URL; the role postroom_operator suffices. Accounts manage their own endpoints through \
            the API (/api/sms/alerts).
            """,
        subcommands: [
            AlertEndpointCommand.self, AlertListCommand.self, AlertTestCommand.self, AlertRedeliverCommand.self,
        ])
    /// Who connects.
    static let applicationName = "postroom alert"
}

/// `postroom alert endpoint`.
struct AlertEndpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endpoint",
        abstract: "Add, list, rotate and remove the operators' endpoints.",
        subcommands: [
            EndpointAddCommand.self, EndpointListCommand.self, EndpointRotateCommand.self, EndpointRemoveCommand.self,
        ])

    /// The key that secrets are derived from.
    static func key() throws -> AlertKey {
        let reader = SettingsReader.standard()
        let key = AlertKey(reading: reader)
        try reader.finish()
        guard let key else {
            throw CommandFailure("Set POSTROOM_ALERT_KEY to what the alert workers have: secrets are derived from it.")
        }
        return key
    }
}

/// The id of an endpoint as an argument.
struct EndpointArgument: ExpressibleByArgument, Sendable {
    /// The id.
    let id: EndpointID

    init?(argument: String) {
        guard let id = EndpointID(argument) else { return nil }
        self.id = id
    }

    /// Why a command about an endpoint that is not there ends.
    var unknown: CommandFailure { CommandFailure("There is no endpoint \(id). See `postroom alert endpoint list`.") }
}

/// The id of a notification as an argument.
struct NotificationArgument: ExpressibleByArgument, Sendable {
    /// The id.
    let id: NotificationID

    init?(argument: String) {
        guard let id = NotificationID(argument) else { return nil }
        self.id = id
    }
}
