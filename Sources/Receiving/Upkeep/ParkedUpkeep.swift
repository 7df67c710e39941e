import Domain
import Logging
import PostgresClient
import Runtime
import Synchronization

/// Has parked receipts matched again: young ones often, all others, of which there may be many, from where the last sweep
/// of them ended. See ``ParkedSweep``.
final class ParkedUpkeep: Sendable {
    /// Receipts younger than this are young.
    static let youngSpan = Duration.seconds(600)
    /// Later than every time, for Postgres too.
    private static let never = Timestamp(microseconds: .max)

    private let pool: ConnectionPool
    private let timeZone: String
    private let log: Logger
    private let pageSize: Int32
    private let pagesMax: Int
    /// Where the next sweep of old receipts goes on; nil begins anew.
    private let oldPlace = Mutex<ParkedSweep.Place?>(nil)

    /// `timeZone` is the zone of the provider's local times; the others are the bounds of one sweep.
    init(
        pool: ConnectionPool, timeZone: String, log: Logger, pageSize: Int32 = ParkedSweep.pageSize,
        pagesMax: Int = ParkedSweep.pagesMax
    ) {
        self.pool = pool
        self.timeZone = timeZone
        self.log = log
        self.pageSize = pageSize
        self.pagesMax = pagesMax
    }

    /// Has no end in time: what was taken in later than now was taken in by an ingress whose clock is ahead of this one.
    func sweepYoung() async throws {
        _ = try await sweep(
            "young", from: ParkedSweep.Place(receivedAt: Timestamp.now - Self.youngSpan), until: Self.never)
    }

    /// Goes on where the last one ended, so that many receipts that never match do not hide those behind them.
    func sweepOld() async throws {
        let start = oldPlace.withLock { $0 } ?? ParkedSweep.Place(receivedAt: Timestamp(microseconds: 0))
        let next = try await sweep("old", from: start, until: Timestamp.now - Self.youngSpan)
        oldPlace.withLock { $0 = next }
    }

    private func sweep(
        _ name: String, from start: ParkedSweep.Place, until youngest: Timestamp
    ) async throws -> ParkedSweep.Place? {
        let sweep = ParkedSweep(timeZone: timeZone, name: name, pageSize: pageSize, pagesMax: pagesMax)
        let outcome = try await pool.withConnection(timeout: .seconds(60)) { connection, deadline in
            try sweep.run(from: start, until: youngest, on: connection, deadline: deadline)
        }
        if outcome.matched > 0 { log.info("parked receipts matched", metadata: ["count": "\(outcome.matched)"]) }
        if outcome.left > 0 {
            log.warning("parked receipts cannot be matched yet", metadata: ["count": "\(outcome.left)"])
        }
        return outcome.next
    }
}
