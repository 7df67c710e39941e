import Glibc
import Logging
import PostgresClient
import Store

/// Feeds what a spool holds into Postgres, in order, a statement at a time, on a connection of its own.
///
/// What was read is kept until it is stored; a segment is deleted once all of it is. If the process dies in between,
/// the next one starts the segment over, and the statement stores nothing twice. For one thread at a time.
final class SpoolFeed {
    /// What came of one statement.
    enum Step {
        /// Nothing is left, as far as it may be read.
        case empty
        /// How many are in Postgres now, how many of these were not before, and how many were set aside.
        case stored(webhooks: Int, new: Int, refused: Int)
        /// Nothing was taken out.
        case failed(PostgresError)
        /// Nothing was taken out: a segment cannot be opened now, such as for want of descriptors, or cannot be read.
        /// It stays.
        case blocked(SpoolFailure)
        /// Nothing was taken out: a webhook that Postgres refused cannot be set aside.
        case notSetAside(SpoolFailure)
    }

    private struct Item {
        let webhook: IncomingWebhook
        let segment: Int
    }

    private struct Ended {
        let segment: Int
        let tornBytes: Int
        let damagedBytes: Int
    }

    /// Segments in which damage was found.
    private(set) var damagedSegments = 0
    /// Bytes at the ends of segments that were never acknowledged, and went with them.
    private(set) var tornBytes = 0

    private let spool: Spool
    private let log: Logger
    private var held: HeldConnection
    private var items: [Item] = []
    private var bytes = 0
    private var ended: [Ended] = []
    private var reader: (number: Int, file: SegmentReader)?
    private var lastNumber = 0
    /// The most webhooks in the next statement: fewer after one that took too long.
    private var statementItemsMax: Int
    /// Segments that are stored but could not be deleted.
    private var undeleted: Set<Int> = []
    private let storedElsewhere: () -> Int
    /// How many batches had been stored elsewhere when Postgres first refused all of a statement.
    private var storedAtRefusal: Int?

    /// Begins at the front.
    ///
    /// - Parameter storedElsewhere: Batches that went another way so far: if that grows while everything here is
    ///   refused, the webhooks are to blame, and not the database.
    init(
        _ spool: Spool, database: ConnectionConfiguration, log: Logger,
        storedElsewhere: @escaping () -> Int = { 0 }
    ) {
        self.spool = spool
        self.storedElsewhere = storedElsewhere
        statementItemsMax = spool.configuration.drainItemsMax
        held = HeldConnection(database)
        self.log = log
    }

    /// Reads what is next and stores it. Blocks.
    func step() -> Step {
        var blocked: SpoolFailure?
        do throws(SpoolFailure) { try fill() } catch { blocked = error }
        guard !items.isEmpty else {
            settle(0)
            return blocked.map(Step.blocked) ?? .empty
        }
        do throws(PostgresError) {
            let count = min(items.count, statementItemsMax)
            let outcome = try store(count)
            do throws(SpoolFailure) {
                for webhook in outcome.blamed { try setAside(webhook) }
            } catch {
                return .notSetAside(error)
            }
            settle(count)
            storedAtRefusal = nil
            statementItemsMax = min(statementItemsMax * 2, spool.configuration.drainItemsMax)
            return .stored(webhooks: outcome.webhooks, new: outcome.new, refused: outcome.refused)
        } catch {
            if error.sqlState?.blamesData == true, storedAtRefusal == nil { storedAtRefusal = storedElsewhere() }
            // Perhaps it was too much for a slow database, and half of it will pass. It may have been ended by our
            // clock or by the role's statement_timeout.
            if error.reason == .deadlinePassed || error.sqlState == .queryCanceled {
                statementItemsMax = max(1, statementItemsMax / 2)
            }
            return .failed(error)
        }
    }

    /// Ends the connection.
    func close() { held.close() }

    /// Stores the first `count`.
    private func store(_ count: Int) throws(PostgresError) -> IsolatingInsert.Outcome {
        let deadline = Deadline.in(spool.configuration.drainTimeout)
        let connection = try held.usable(deadline: deadline)
        var insert = IsolatingInsert(connection, deadline: deadline)
        let isDatabaseSound = storedAtRefusal.map { storedElsewhere() > $0 } ?? false
        try insert.run(items[..<count].map(\.webhook)[...], isDatabaseSound: isDatabaseSound)
        return insert.outcome
    }

    /// If that cannot be written either, it stays in the spool.
    private func setAside(_ webhook: IncomingWebhook) throws(SpoolFailure) {
        do throws(SpoolFailure) {
            // After a crash, or if a later one failed, it comes again.
            if let bytes = try spool.folder.setAside(refused: webhook) { spool.ledger.add(bytesAside: bytes) }
        } catch {
            log.critical("a refused webhook cannot be set aside", metadata: ["error": "\(error)"])
            throw error
        }
        log.critical(
            "Postgres refused a webhook of the spool, which was set aside",
            metadata: ["webhook": "\(webhook.id)", "folder": "\(spool.folder.path)"])
    }

    // MARK: - Reading

    /// Reads on until a statement is full, or all that is durable was read. It may hold some that were not stored.
    private func fill() throws(SpoolFailure) {
        while items.count < spool.configuration.drainItemsMax, bytes < SpoolConfiguration.drainBytesMax {
            guard let reader = try currentReader() else { return }
            if let webhook = try reader.file.next() {
                items.append(Item(webhook: webhook, segment: reader.number))
                bytes += webhook.byteCount
                continue
            }
            // It was sealed before its length was looked at, so that nothing can have come in between.
            guard let segment = spool.ledger.segment(reader.number), segment.isSealed,
                segment.bytes <= reader.file.limit || reader.file.isCutShort
            else { return }
            ended.append(
                Ended(
                    segment: reader.number, tornBytes: reader.file.tornBytes, damagedBytes: reader.file.damagedBytes))
            self.reader = nil
        }
    }

    /// The reader of the segment under way, or of the next one; nil where there is none.
    private func currentReader() throws(SpoolFailure) -> (number: Int, file: SegmentReader)? {
        if let reader {
            if !reader.file.isCutShort {
                reader.file.limit = max(reader.file.limit, spool.ledger.segment(reader.number)?.bytes ?? 0)
            }
            return reader
        }
        while let segment = spool.ledger.segment(behind: lastNumber) {
            do throws(SpoolFailure) {
                let file = try SegmentReader(path: spool.folder.segmentPath(segment.number), limit: segment.bytes)
                lastNumber = segment.number
                reader = (segment.number, file)
                return reader
            } catch {
                // A folder that is not there may come back, with all its files.
                guard error.reason == .system(ENOENT), spool.folder.hasLock else { throw error }
                lastNumber = segment.number
                forget(segment)
            }
        }
        return nil
    }

    /// Somebody deleted a segment that was never read: what is in those after it does not wait for it.
    private func forget(_ segment: SpoolLedger.Segment) {
        log.critical(
            "a segment of the spool is missing: its webhooks, which were acknowledged, are lost",
            metadata: [
                "segment": "\(segment.number)", "webhooks": "\(segment.webhooks)", "bytes": "\(segment.bytes)",
                "folder": "\(spool.folder.path)",
            ])
        spool.ledger.missing(segment.number)
    }

    // MARK: - Letting go

    /// Forgets the first `count`, which were stored, and the segments of which nothing is left.
    private func settle(_ count: Int) {
        for (segment, stored) in Dictionary(grouping: items[..<count], by: \.segment) {
            guard let last = stored.last else { continue }
            spool.ledger.drained(
                segment, webhooks: stored.count, lastMilliseconds: last.webhook.id.milliseconds)
        }
        bytes -= items[..<count].reduce(0) { $0 + $1.webhook.byteCount }
        items.removeFirst(count)
        for number in undeleted { delete(number) }
        let next = items.first?.segment ?? .max
        for segment in ended where segment.segment < next { letGo(segment) }
        ended.removeAll { $0.segment < next }
        if items.isEmpty, let reader { spool.ledger.wantSeal(reader.number, drainedBytes: reader.file.position) }
    }

    /// Deletes a segment; one that cannot be stays counted, as its bytes stay on the disk, and is tried again.
    private func delete(_ number: Int) {
        if let failure = spool.folder.remove(segment: number) {
            guard undeleted.insert(number).inserted else { return }
            return log.critical(
                "a segment of the spool is stored and cannot be deleted", metadata: ["error": "\(failure)"])
        }
        undeleted.remove(number)
        spool.ledger.remove(number)
    }

    private func letGo(_ segment: Ended) {
        if segment.tornBytes > 0 {
            tornBytes += segment.tornBytes
            log.notice(
                "a segment of the spool ended in a record that was cut off and never acknowledged",
                metadata: ["segment": "\(segment.segment)", "bytes": "\(segment.tornBytes)"])
        }
        guard segment.damagedBytes > 0 else {
            return delete(segment.segment)
        }
        damagedSegments += 1
        let bytes = spool.ledger.segment(segment.segment)?.bytes ?? 0
        let isAside = spool.folder.setAside(segment: segment.segment)
        log.critical(
            "a segment of the spool is damaged: what can be read of it is stored, and the file was kept",
            metadata: [
                "segment": "\(segment.segment)", "bytes": "\(segment.damagedBytes)", "renamed": "\(isAside)",
                "folder": "\(spool.folder.path)",
            ])
        spool.ledger.remove(segment.segment, bytesAside: bytes)
    }
}
