import Domain
import PostgresClient
import Runtime
import Store

/// Claims due notifications.
typealias DeliveryClaimer = LeaseClaimer<DeliverySource>

extension DueEndpoint: ClaimSharer {
    /// Its id: in the order of text as in that of ids.
    package var key: String { id.description }
    /// What is due of it.
    package var dueCount: Int { count }
}

/// The queue of notifications. See ``LeaseClaimer``.
struct DeliverySource: LeaseSource {
    /// How long one transaction may take before the connection is dropped.
    static let transactionTimeout = Duration.seconds(5)

    private let configuration: AlertingConfiguration
    private let owner: UInt128
    private let throttle: EndpointThrottle
    private var window = ClaimWindow<DueEndpoint>()
    private var bound: AccountBound

    init(_ configuration: AlertingConfiguration, owner: UInt128, throttle: EndpointThrottle) {
        self.configuration = configuration
        bound = AccountBound(countMax: AlertingConfiguration.perAccountMax)
        self.owner = owner
        self.throttle = throttle
    }

    mutating func claim(
        _ room: CallPermits.Room, on connection: Connection, inDoubt: inout [ClaimedNotification]
    ) throws -> Claimed<ClaimedNotification> {
        let deadline = Deadline.in(Self.transactionTimeout)
        var visited = try connection.run(
            ReadDueEndpoints(
                behind: EndpointID(window.behind), endpointsMax: ClaimWindow<DueEndpoint>.visitedMax,
                countMax: Int32(configuration.perEndpointMax)), deadline: deadline)
        let now = ContinuousClock.now
        for place in visited.indices where throttle.holds(visited[place].id, at: now) { visited[place].count = 0 }
        bound.cut(
            &visited, perEndpointMax: configuration.perEndpointMax, inFlight: room.bySharer,
            order: visited.indices.shuffled())
        _ = window.next(visited, countMax: configuration.perEndpointMax)
        let given = window.shares(room)
        window.gave(given, of: room.free)
        let shares = given.compactMap { share in EndpointID(share.sharer).map { ($0, Int32(share.count)) } }
        guard !shares.isEmpty else { return nothing }

        let leasedFrom = ContinuousClock.now
        var claimed: [ClaimedNotification] = []
        defer { inDoubt = claimed }
        let statement = ClaimNotifications(shares, owner: owner, lease: configuration.lease)
        let leased = try connection.transaction(deadline: deadline) { connection in
            claimed = try connection.run(statement, deadline: deadline)
            return claimed
        }
        guard !leased.isEmpty else { return nothing }
        let gateUntil = leasedFrom.advanced(by: AlertingConfiguration.gateSpan)
        return .claims(leased.map { LeasedClaim($0, gateUntil: gateUntil) })
    }

    private var nothing: Claimed<ClaimedNotification> { window.isAtStart ? .nothing : .nothingHere }
}
