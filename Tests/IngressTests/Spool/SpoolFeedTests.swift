import Domain
import Foundation
import Glibc
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import Ingress

@Suite struct SpoolFeedTests {
    @Test func `everything is stored once, in order, with its intake time, and the folder is empty`() async throws {
        try await withBed { bed, feed, database in
            let webhooks = (0..<1_300).map { SpoolWebhooks.make($0) }
            try await bed.submit(webhooks)
            #expect(try await drain(feed, bed.spool) == Totals(webhooks: 1_300, new: 1_300, refused: 0))
            let stored = try await database.sql(
                "SELECT w.id FROM queue.webhook AS q JOIN inbox.webhook AS w ON w.id = q.webhook_id ORDER BY q.seq")
            #expect(stored == webhooks.map(\.id.description))
            #expect(
                try await database.sql("SELECT min(received_at AT TIME ZONE 'UTC') FROM inbox.webhook") == [
                    "2027-01-15 08:00:00"
                ])
            let one = try await database.sql(
                "SELECT encode(body, 'hex'), encode(query, 'hex'), account, source, method, content_type IS NULL "
                    + "FROM inbox.webhook WHERE id = '\(webhooks[15].id)'")
            let hex = webhooks[15].body.readableBytesView.map { String(format: "%02x", $0) }.joined()
            #expect(one == ["\(hex)|0020ff|shop 0|onoff-sms|GET|t"])
            #expect(try await database.sql("SELECT sum(count) FROM queue.tally WHERE kind = 'accepted'") == ["1300"])
            try await eventually(within: .seconds(60), "the last segment is sealed and goes") {
                _ = try await drain(feed, bed.spool)
                return bed.spool.ledger.isEmpty
            }
            #expect(try SpoolFolder(path: bed.spool.folder.path).files().isEmpty)
            #expect(bed.spool.status.drained == 1_300 && bed.spool.status.webhooks == 0)
        }
    }

    @Test func `what is in Postgres already, its commit having been in doubt, is counted once`() async throws {
        try await withBed { bed, feed, database in
            let webhooks = (0..<100).map { SpoolWebhooks.make($0) }
            try await bed.submit(Array(webhooks.prefix(60)))
            #expect(try await drain(feed, bed.spool).new == 60)
            try await bed.submit(webhooks)
            #expect(try await drain(feed, bed.spool) == Totals(webhooks: 100, new: 40, refused: 0))
            #expect(
                try await database.sql("SELECT count(*), count(DISTINCT webhook_id) FROM queue.webhook") == ["100|100"])
            #expect(try await database.sql("SELECT sum(count) FROM queue.tally WHERE kind = 'accepted'") == ["100"])
        }
    }

    @Test func `a process that dies anywhere in the drain leaves all of it to the next`() async throws {
        try await withTestDatabase { database in
            try await withSpoolFolder { folder in
                let configuration = SpoolBed.configuration(folder)
                let webhooks = (0..<900).map { SpoolWebhooks.make($0) }
                try await SpoolBed.run(configuration) { bed in
                    try await bed.submit(webhooks)
                    // One statement of two, and then nothing more is heard of it.
                    guard case .stored = feed(bed.spool, database).step() else { return #expect(Bool(false)) }
                }
                try await SpoolBed.run(configuration) { bed in
                    #expect(bed.spool.status.bytes > 0)
                    bed.spool.countLeftovers()
                    #expect(bed.spool.status.webhooks == 900 && bed.spool.status.oldest == webhooks[0].receivedAt)
                    let totals = try await drain(feed(bed.spool, database), bed.spool)
                    #expect(totals.new == 400)
                    #expect(bed.spool.ledger.isEmpty)
                }
                #expect(try await database.sql("SELECT count(*) FROM queue.webhook") == ["900"])
            }
        }
    }

    @Test func `a segment is there until Postgres has all of it`() async throws {
        try await withSpoolFolder { folder in
            let configuration = SpoolBed.configuration(folder)
            try await SpoolBed.run(configuration) { try await $0.submit((0..<20).map { SpoolWebhooks.make($0) }) }
            let spool = try Spool(making: configuration)
            let nowhere = ConnectionConfiguration(connectionString: "host=\(folder) user=nobody dbname=nothing")
            let feed = SpoolFeed(spool, database: nowhere, log: SpoolBed.log)
            for _ in 0..<2 {
                guard case .failed = feed.step() else { return #expect(Bool(false)) }
            }
            #expect(try webhooksOnDisk(folder).count == 20)
            #expect(spool.status.bytes > 0 && spool.status.drained == 0)
        }
    }

    @Test func `a segment that the disk gives only in part is kept, and what it gives is stored`() async throws {
        try await withTestDatabase { database in
            try await withSpoolFolder { folder in
                let spooled = SpoolFolder(path: folder)
                let bytes = SpoolWebhooks.segment((0..<20).map { SpoolWebhooks.make($0) })
                try Data(bytes).write(to: URL(fileURLWithPath: spooled.segmentPath(1)))
                let spool = try Spool(making: SpoolBed.configuration(folder))
                // The end is gone once it is to be read, as with a disk that fails there.
                #expect(truncate(spooled.segmentPath(1), off_t(bytes.count / 2)) == 0)
                let totals = try await drain(feed(spool, database), spool)
                #expect((5..<20).contains(totals.webhooks))
                #expect(spool.ledger.isEmpty && spool.status.filesAside == 1)
                #expect(try spooled.files().map(\.kind) == [.damaged(1)])
            }
        }
    }

    @Test func `a segment that cannot be opened now stays what it is`() throws {
        try withSpoolFolder { folder in
            let spooled = SpoolFolder(path: folder)
            let bytes = SpoolWebhooks.segment([SpoolWebhooks.make(0)])
            try Data(bytes).write(to: URL(fileURLWithPath: spooled.segmentPath(1)))
            let spool = try Spool(making: SpoolBed.configuration(folder))
            // Root may open everything, save a link where none is followed.
            try FileManager.default.moveItem(atPath: spooled.segmentPath(1), toPath: "\(folder)/elsewhere")
            try FileManager.default.createSymbolicLink(
                atPath: spooled.segmentPath(1), withDestinationPath: "\(folder)/elsewhere")
            let nowhere = ConnectionConfiguration(connectionString: "host=\(folder) user=nobody dbname=nothing")
            let feed = SpoolFeed(spool, database: nowhere, log: SpoolBed.log)
            guard case .blocked = feed.step() else { return #expect(Bool(false)) }
            #expect(spool.status.bytes == bytes.count && spool.status.filesAside == 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)
        }
    }

    @Test func `a segment that somebody deleted is told, and holds up none after it`() async throws {
        try await withTestDatabase { database in
            try await withSpoolFolder { folder in
                let spooled = SpoolFolder(path: folder)
                for number in 1...3 {
                    let bytes = SpoolWebhooks.segment((0..<5).map { SpoolWebhooks.make(number * 10 + $0) })
                    try Data(bytes).write(to: URL(fileURLWithPath: spooled.segmentPath(number)))
                }
                let spool = try Spool(making: SpoolBed.configuration(folder))
                #expect(unlink(spooled.segmentPath(2)) == 0)
                let feed = feed(spool, database)
                defer { feed.close() }
                #expect(try await drain(feed, spool) == Totals(webhooks: 10, new: 10, refused: 0))
                #expect(spool.ledger.isEmpty && spool.status.filesAside == 1)
            }
        }
    }

    @Test func `a segment that is missing with its whole folder is waited for`() async throws {
        try await withTestDatabase { database in
            try await withSpoolFolder { parent in
                let folder = "\(parent)/spool"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                let bytes = SpoolWebhooks.segment([SpoolWebhooks.make(0)])
                try Data(bytes).write(to: URL(fileURLWithPath: SpoolFolder(path: folder).segmentPath(1)))
                let spool = try Spool(making: SpoolBed.configuration(folder))
                let feed = feed(spool, database)
                defer { feed.close() }
                #expect(rename(folder, "\(parent)/elsewhere") == 0)
                guard case .blocked = feed.step() else { return #expect(Bool(false)) }
                #expect(rename("\(parent)/elsewhere", folder) == 0)
                #expect(try await drain(feed, spool) == Totals(webhooks: 1, new: 1, refused: 0))
            }
        }
    }

    @Test func `a torn end is dropped, damage is kept aside, and all that can be read is stored`() async throws {
        try await withTestDatabase { database in
            try await withSpoolFolder { folder in
                let configuration = SpoolBed.configuration(folder)
                let webhooks = (0..<30).map { SpoolWebhooks.make($0) }
                let first = SpoolWebhooks.segment(Array(webhooks.prefix(10)))
                var second = SpoolWebhooks.segment(Array(webhooks[10..<20]))
                second[second.count / 2] ^= 0x10
                let third = SpoolWebhooks.segment(Array(webhooks.suffix(10)))
                let spooled = SpoolFolder(path: folder)
                for (number, bytes) in [first.dropLast(3)[...], second[...], third[...]].enumerated() {
                    try Data(bytes).write(to: URL(fileURLWithPath: spooled.segmentPath(number + 1)))
                }
                let spool = try Spool(making: configuration)
                #expect(try await drain(feed(spool, database), spool).webhooks == 9 + 9 + 10)
                let left = try spooled.files()
                #expect(left.map(\.kind) == [.damaged(2)])
                let kept = try #require(left.first)
                #expect(try Data(contentsOf: URL(fileURLWithPath: spooled.path(kept.name))) == Data(second))
                #expect(spool.status.filesAside == 1 && spool.status.bytesAside == second.count)
                let listing = try SpoolListing(path: folder)
                #expect(listing.isInUse && listing.entries.map(\.survey.webhooks) == [9])
                #expect(listing.entries.allSatisfy { $0.survey.damagedBytes > 0 })
                // Its number is taken for good, or the next damaged one would take its place.
                #expect(SpoolLedger(left, bytesMax: 1 << 20).begin() == 3)
            }
        }
    }

    @Test func `what Postgres refuses for itself is set aside and holds nobody up`() async throws {
        try await withBed { bed, feed, database in
            let webhooks = (0..<40).map { SpoolWebhooks.make($0) }
            try await database.sql(
                "ALTER TABLE inbox.webhook ADD CONSTRAINT test_refuses CHECK (id NOT IN ('\(webhooks[7].id)', '\(webhooks[8].id)', '\(webhooks[39].id)'))"
            )
            try await bed.submit(webhooks)
            #expect(try await drain(feed, bed.spool) == Totals(webhooks: 37, new: 37, refused: 3))
            let aside = try bed.spool.folder.files().filter { $0.kind == .refused }
            #expect(aside.map(\.name).sorted() == [7, 8, 39].map { "\(webhooks[$0].id).refused" })
            // Once its cause is gone it can be drained by hand.
            try await eventually(within: .seconds(60), "the segment goes") {
                _ = try await drain(feed, bed.spool)
                return bed.spool.ledger.isEmpty
            }
            try await database.sql("ALTER TABLE inbox.webhook DROP CONSTRAINT test_refuses")
            let copy = bed.spool.folder.path + "-copy"
            try FileManager.default.copyItem(atPath: bed.spool.folder.path, toPath: copy)
            defer { try? FileManager.default.removeItem(atPath: copy) }
            let rescue = try SpoolRescue(
                path: copy, pace: DrainPace(), database: Self.configuration(database), log: SpoolBed.log)
            let done = try await Self.offPool { try Self.run(rescue) }
            #expect(done.webhooks == 3 && done.new == 3 && done.refused == 0)
            #expect(try SpoolFolder(path: copy).files().isEmpty)
            #expect(try await database.sql("SELECT count(*) FROM queue.webhook") == ["40"])
        }
    }

    @Test func `what cannot be set aside stays, and it is the disk that is blamed`() async throws {
        try await withBed { bed, feed, database in
            let webhooks = (0..<10).map { SpoolWebhooks.make($0) }
            try await database.sql(
                "ALTER TABLE inbox.webhook ADD CONSTRAINT test_refuses CHECK (id <> '\(webhooks[3].id)')")
            try await bed.submit(webhooks)
            // Root may write every file, and no folder as one.
            let place = bed.spool.folder.path + "/\(webhooks[3].id).refused"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
            guard case .notSetAside(let failure) = feed.step() else { return #expect(Bool(false)) }
            #expect(failure == SpoolFailure(path: place, errno: EISDIR))
            #expect(bed.spool.status.webhooks == 10 && bed.spool.status.filesAside == 0)
            try FileManager.default.removeItem(atPath: place)
            #expect(try await drain(feed, bed.spool) == Totals(webhooks: 9, new: 0, refused: 1))
            #expect(bed.spool.status.webhooks == 0 && bed.spool.status.filesAside == 1)
        }
    }

    @Test func `a webhook that is set aside again is one file, and counts as one`() throws {
        try withSpoolFolder { folder in
            let spooled = SpoolFolder(path: folder)
            let bytes = try spooled.setAside(refused: SpoolWebhooks.make(0))
            #expect(try bytes == spooled.files().first?.bytes)
            #expect(try spooled.setAside(refused: SpoolWebhooks.make(0)) == nil)
            #expect(try spooled.files().count == 1)
        }
    }

    @Test func `an empty segment that a process left goes, and a folder that was drained is one still`() throws {
        try withSpoolFolder { folder in
            let spooled = SpoolFolder(path: folder)
            try Data().write(to: URL(fileURLWithPath: spooled.segmentPath(1)))
            do {
                let spool = try Spool(making: SpoolBed.configuration(folder), host: "here")
                #expect(spool.ledger.isEmpty)
                #expect(try spooled.files().isEmpty)
            }
            let again = try Spool(draining: SpoolBed.configuration(folder))
            #expect(again.ledger.isEmpty && again.origin == SpoolOrigin(host: "here", folder: folder))
        }
    }

    @Test func `one alone that is refused holds up the drain until something else was stored, and no longer`()
        async throws
    {
        try await withTestDatabase { database in
            try await withSpoolFolder { folder in
                try await SpoolBed.run(SpoolBed.configuration(folder)) { bed in
                    let others = Mutex(7)
                    let feed = SpoolFeed(
                        bed.spool, database: Self.configuration(database), log: SpoolBed.log,
                        storedElsewhere: { others.withLock { $0 } })
                    defer { feed.close() }
                    try await database.sql(
                        "ALTER TABLE inbox.webhook ADD CONSTRAINT test_refuses CHECK (length(body) > 1000000)")
                    try await bed.submit([SpoolWebhooks.make(0)])
                    for _ in 0..<2 {
                        guard case .failed = feed.step() else { return #expect(Bool(false)) }
                    }
                    #expect(bed.spool.status.filesAside == 0)
                    others.withLock { $0 += 1 }
                    #expect(try await drain(feed, bed.spool) == Totals(webhooks: 0, new: 0, refused: 1))
                    #expect(bed.spool.status.filesAside == 1 && bed.spool.status.webhooks == 0)
                }
            }
        }
    }

    @Test func `a statement that takes too long is tried with half of it, and what is read is not forgotten`()
        async throws
    {
        try await withTestDatabase { database in
            try await database.sql(
                """
                CREATE FUNCTION public.test_slow() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN IF (SELECT count(*) FROM added) > 100 THEN PERFORM pg_sleep(600); END IF; RETURN NULL; END $$
                """)
            try await database.sql(
                """
                CREATE TRIGGER test_slow AFTER INSERT ON queue.webhook REFERENCING NEW TABLE AS added
                FOR EACH STATEMENT EXECUTE FUNCTION public.test_slow()
                """)
            try await withSpoolFolder { folder in
                var configuration = SpoolBed.configuration(folder)
                configuration.drainItemsMax = 200
                configuration.drainTimeout = .seconds(5)
                configuration.segmentBytesMax = 1
                configuration.groupItemsMax = 50
                try await SpoolBed.run(configuration) { bed in
                    let webhooks = (0..<250).map { SpoolWebhooks.make($0) }
                    try await bed.submit(webhooks)
                    let feed = feed(bed.spool, database)
                    defer { feed.close() }
                    guard case .failed = feed.step() else { return #expect(Bool(false)) }
                    guard case .stored(let count, _, _) = feed.step() else { return #expect(Bool(false)) }
                    #expect(count == 100)
                    // It does not wait for what was read after it.
                    #expect(bed.spool.ledger.segment(1) == nil)
                    #expect(bed.spool.status.webhooks == 150 && bed.spool.status.bytes > 0)
                    try await database.sql("DROP TRIGGER test_slow ON queue.webhook")
                    #expect(try await drain(feed, bed.spool).new == 150)
                    let stored = try await database.sql("SELECT webhook_id FROM queue.webhook ORDER BY seq")
                    #expect(stored == webhooks.map(\.id.description))
                }
            }
        }
    }

    @Test func `a segment that cannot be deleted stays counted, and goes once it can be`() async throws {
        try await withTestDatabase { database in
            try await withSpoolFolder { folder in
                let spooled = SpoolFolder(path: folder)
                let bytes = SpoolWebhooks.segment((0..<20).map { SpoolWebhooks.make($0) })
                try Data(bytes).write(to: URL(fileURLWithPath: spooled.segmentPath(1)))
                var configuration = SpoolBed.configuration(folder)
                configuration.drainItemsMax = 10
                let spool = try Spool(making: configuration)
                let feed = feed(spool, database)
                defer { feed.close() }
                guard case .stored = feed.step() else { return #expect(Bool(false)) }
                // It is open by now. Root may delete every file, and no folder as one.
                try FileManager.default.removeItem(atPath: spooled.segmentPath(1))
                try FileManager.default.createDirectory(
                    atPath: spooled.segmentPath(1), withIntermediateDirectories: false)
                #expect(try await drain(feed, spool).new == 10)
                #expect(spool.status.bytes == bytes.count && spool.status.webhooks == 0)
                try FileManager.default.removeItem(atPath: spooled.segmentPath(1))
                #expect(try await drain(feed, spool).webhooks == 0)
                #expect(spool.ledger.isEmpty && spool.status.bytes == 0)
            }
        }
    }

    @Test func `where Postgres refuses everything nothing is set aside, and later all is stored`() async throws {
        try await withBed { bed, feed, database in
            try await database.sql(
                "ALTER TABLE inbox.webhook ADD CONSTRAINT test_refuses CHECK (length(body) > 1000000)")
            try await bed.submit((0..<20).map { SpoolWebhooks.make($0) })
            guard case .failed(let error) = feed.step() else { return #expect(Bool(false)) }
            #expect(error.sqlState?.code == "23514")
            #expect(bed.spool.status.filesAside == 0 && bed.spool.status.webhooks == 20)
            try await database.sql("ALTER TABLE inbox.webhook DROP CONSTRAINT test_refuses")
            #expect(try await drain(feed, bed.spool).new == 20)
        }
    }

    @Test func `a folder in use, or without a spool, is not drained`() async throws {
        try await withSpoolFolder { folder in
            let database = ConnectionConfiguration(connectionString: "host=/nowhere")
            let none = #expect(throws: SpoolFailure.self) {
                try SpoolRescue(path: folder, pace: DrainPace(), database: database, log: SpoolBed.log)
            }
            #expect(none?.reason == .noSpool)
            try await SpoolBed.run(SpoolBed.configuration(folder)) { bed in
                try await bed.submit([SpoolWebhooks.make(0)])
                let used = #expect(throws: SpoolFailure.self) {
                    try SpoolRescue(path: folder, pace: DrainPace(), database: database, log: SpoolBed.log)
                }
                #expect(used?.reason == .inUse)
            }
        }
    }

    private struct Totals: Equatable {
        var webhooks = 0
        var new = 0
        var refused = 0
    }

    /// Steps until nothing is left.
    private func drain(_ feed: SpoolFeed, _ spool: Spool) async throws -> Totals {
        var totals = Totals()
        while true {
            switch feed.step() {
            case .empty: return totals
            case .stored(let webhooks, let new, let refused):
                totals.webhooks += webhooks
                totals.new += new
                totals.refused += refused
            case .failed(let error): throw error
            case .blocked(let failure), .notSetAside(let failure): throw failure
            }
        }
    }

    private func feed(_ spool: Spool, _ database: TestDatabase) -> SpoolFeed {
        SpoolFeed(spool, database: Self.configuration(database), log: SpoolBed.log)
    }

    private static func configuration(_ database: TestDatabase) -> ConnectionConfiguration {
        ConnectionConfiguration(connectionString: database.url(user: "postroom_ingress"))
    }

    private func withBed(_ body: (SpoolBed, SpoolFeed, TestDatabase) async throws -> Void) async throws {
        try await withTestDatabase { database in
            try await withSpoolFolder { folder in
                try await SpoolBed.run(SpoolBed.configuration(folder)) { bed in
                    let feed = feed(bed.spool, database)
                    defer { feed.close() }
                    try await body(bed, feed, database)
                }
            }
        }
    }

    private static func run(_ rescue: SpoolRescue) throws -> SpoolRescue.Progress {
        var last = SpoolRescue.Progress()
        try rescue.run { last = $0 }
        return last
    }

    private static func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }
}
