import ArgumentParser
import Store

/// `postroom alert redeliver`.
struct AlertRedeliverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redeliver", abstract: "Deliver a notification again, from now on and with all of its tries.",
        discussion: "Receivers know it by its webhook-id, which stays: one that has it already may drop it.")

    @Argument(help: "Its id, as `postroom alert list` shows it.")
    var notification: NotificationArgument

    @Option(help: "To this endpoint of its owner only, whatever its kinds.")
    var endpoint: EndpointArgument?

    func run() async throws {
        let session = try OperatorSession(AlertCommand.applicationName)
        let redelivery = Redeliver(notification.id, endpoint: endpoint?.id)
        let (isKnown, deliveries) = try await session.perform(isRepeatable: true) { connection, deadline in
            try connection.run(redelivery, deadline: deadline)
        }
        guard isKnown else {
            throw CommandFailure("There is no notification \(notification.id). See `postroom alert list`.")
        }
        guard deliveries > 0 else {
            throw CommandFailure(
                "Its owner has no such endpoint that is used, or it is being delivered now. See `postroom alert endpoint list`."
            )
        }
        Terminal.print("\(deliveries) \(deliveries == 1 ? "delivery is" : "deliveries are") due now.")
    }
}
