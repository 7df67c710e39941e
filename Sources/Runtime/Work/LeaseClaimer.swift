import Logging
import PostgresClient

/// A queue that work is leased from.
package protocol LeaseSource: Sendable {
    /// What is leased.
    associatedtype Item: Sendable

    /// Leases as much as there is room for.
    ///
    /// - Parameter inDoubt: what the transaction under way has leased, should its commit's outcome remain unknown.
    mutating func claim(
        _ room: CallPermits.Room, on connection: Connection, inDoubt: inout [Item]
    ) throws -> Claimed<Item>
}

/// Claims work that is due, on a connection and a thread of its own. Any number of claimers work side by side in any
/// number of processes.
package actor LeaseClaimer<Source: LeaseSource> {
    private let executor = ThreadExecutor()
    /// The claimer's own thread.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let reachable: Readiness.Check?
    private var failureLog: SeldomLog
    private var source: Source
    private var held: HeldConnection

    /// A claimer of this queue that reports in `reachable` whether Postgres could be reached.
    package init(_ source: Source, database: ConnectionConfiguration, reachable: Readiness.Check?, log: Logger) {
        self.source = source
        held = HeldConnection(database)
        self.reachable = reachable
        failureLog = SeldomLog("claiming failed", to: log)
    }

    /// Claims what there is room for.
    package func claim(_ room: CallPermits.Room) -> Claimed<Source.Item> {
        var inDoubt: [Source.Item] = []
        do {
            let connection = try held.usable()
            let found = try source.claim(room, on: connection, inDoubt: &inDoubt)
            reachable?.set(true)
            return found
        } catch {
            let failure = error as? PostgresError
            if failure?.isConflict == true { return .contended }
            reachable?.set(false)
            failureLog.warn(error)
            return .failed(inDoubt: failure?.effect == .unknown ? inDoubt : [])
        }
    }

    /// Ends the connection.
    package func close() { held.close() }
}
