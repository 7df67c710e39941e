import Domain
import Logging
import Metrics
import PostgresClient
import Runtime
import Store
import Synchronization

/// Turns events into notifications: looks at each account and kind that events wait for, and tells what is due now.
///
/// Any number of workers do this side by side. Only one at a time tells an account, each group in a transaction of its
/// own, which removes the events and adds the notification with its deliveries: a worker that dies halfway has told
/// nothing.
final class TellingPass: Sendable {
    /// Groups read at a time.
    static let groupsMax: Int32 = 500
    /// Pages of groups of one pass at most; the next goes on where this one ended, so that many groups that are held do
    /// not hide those behind them.
    static let pagesMax = 20
    /// How long a transaction may take.
    static let timeout = Duration.seconds(10)
    /// Groups that may fail before a pass gives up: one failing group does not hold up the others, and a database that
    /// is away is not asked a thousand times.
    static let failuresMax = 3

    let pool: ConnectionPool
    let retriesMax: Int32
    let groupsMax: Int32
    let log: Logger
    /// Behind which group the next page begins; nil begins anew.
    private let place = Mutex<TellingGroup?>(nil)
    private let events = Counter(label: "postroom_alert_events_told_total")
    private let notifications = Counter(label: "postroom_alert_notifications_total")

    /// - Parameter retriesMax: Automatic retries of accounts that have no number of their own.
    init(pool: ConnectionPool, retriesMax: Int32, groupsMax: Int32 = TellingPass.groupsMax, log: Logger) {
        self.pool = pool
        self.retriesMax = retriesMax
        self.groupsMax = groupsMax
        self.log = log
    }

    /// Tells what is to be told now.
    @discardableResult
    func run() async throws -> Told {
        var told = Told()
        var failures = 0
        for _ in 0..<Self.pagesMax {
            let behind = place.withLock { $0 }
            let page = try await pool.run(ListTellingGroups(after: behind, limit: groupsMax), timeout: Self.timeout)
            let isLast = page.count < Int(groupsMax)
            // Before they are told: groups that make the pass give up do not keep it from those behind them for ever.
            place.withLock { $0 = isLast ? nil : page.last }
            for group in page where group.step != nil {
                do { told = told + (try await tell(group)) } catch {
                    failures += 1
                    log.warning("events were not told", metadata: ["kind": "\(group.kind)", "error": "\(error)"])
                    if failures == Self.failuresMax || Task.isCancelled { throw error }
                }
            }
            if isLast { break }
        }
        if told.events > 0 {
            events.increment(by: told.events)
            notifications.increment(by: told.notifications)
            log.info(
                "events told",
                metadata: [
                    "events": "\(told.events)", "notifications": "\(told.notifications)",
                    "deliveries": "\(told.deliveries)",
                ])
        }
        return told
    }

    /// Tells one group, unless somebody else is telling its account.
    func tell(_ found: TellingGroup) async throws -> Told {
        let retriesMax = retriesMax
        return try await pool.withConnection(timeout: Self.timeout) { connection, deadline in
            try connection.transaction(deadline: deadline) { connection in
                guard try connection.run(TryLock("postroom.telling.\(found.account)"), deadline: deadline) else {
                    return Told()
                }
                let group = try connection.run(
                    ReadTellingGroup(account: found.account, kind: found.kind), deadline: deadline)
                guard let step = group.step else { return Told() }
                var told = Told()
                if step.singles > 0 {
                    let ids = (0..<step.singles).map { newID(place: $0) }
                    told = try connection.run(
                        TellEach(group, ids: ids, windowAt: step.windowAt, retriesMax: retriesMax), deadline: deadline)
                }
                if step.tellsRest {
                    let id = newID(place: step.singles)
                    told =
                        told
                        + (try connection.run(
                            TellTogether(group, id: id, windowAt: step.windowAt, retriesMax: retriesMax),
                            deadline: deadline))
                }
                return told
            }
        }
    }
}

/// An id whose order within a millisecond is that of the places.
private func newID(place: Int) -> NotificationID {
    NotificationID(at: .now, random: (UInt64(place), .random(in: 0 ... .max)))
}
