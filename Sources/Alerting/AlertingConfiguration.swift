import PostgresClient

/// What an alert worker process needs to know.
struct AlertingConfiguration: Sendable {
    /// Where Postgres is.
    var database: ConnectionConfiguration
    /// Automatic retries of a send, where the account says nothing: only a send that has none left has failed.
    var maxAutomaticRetries: Int32
    /// What the signing secrets of endpoints are derived from; nil: nothing is delivered.
    var alertKey: AlertKey?
    /// Which URLs are delivered to.
    var webhookPolicy: DestinationPolicy
    /// How long a delivery may take, from resolving the host to the answer's status.
    var timeout: Duration

    /// Deliveries in flight at most.
    var callsMax = 64
    /// Deliveries to one endpoint in flight at most: one that is slow holds up nobody else.
    var perEndpointMax = 4

    /// Deliveries to the endpoints of one account in flight at most, a quarter of all: an account whose endpoints are
    /// all dead, each delivery there taking its whole time, holds up nobody else. The operators' are an account here.
    static let perAccountMax = 16
    /// The longest a delivery may take, where the grace leaves it; receivers are told 15 s, what the default grace
    /// leaves.
    static let timeoutMax = Duration.seconds(20)
    /// How long an endpoint may fail without a success before it is disabled: longer than the schedule of one
    /// notification, so that nothing is disabled before it was tried in full.
    static let failingMax = Duration.seconds(5 * 86_400)
    /// How long after its claim a delivery may still be written. Longer than the time-out, so that only a process that
    /// stood still finds the gate shut: a delivery that is not tried does not count as a try, and would come again for
    /// ever.
    static let gateSpan = Duration.seconds(30)

    /// How long a lease lasts. A delivery that passed the gate has ended by its time-out before.
    var lease: Duration { Self.gateSpan + timeout + .seconds(1) }
}
