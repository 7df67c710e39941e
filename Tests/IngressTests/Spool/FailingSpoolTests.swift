import Glibc
import PostgresClient
import TestSupport
import Testing

@testable import Ingress

/// A spool that takes nothing beside a Postgres that is away for a moment: no worse than no spool at all.
@Suite struct FailingSpoolTests {
    /// A group commit before a spool whose folder is not where it was.
    private struct Bed {
        let commit: GroupCommit
        let health: IntakeHealth
        let spool: Spool
        let folder: String
        let answers = Answers()

        func submit(_ webhooks: [IncomingWebhook]) {
            for webhook in webhooks { commit.submit(answers.submission(webhook)) }
        }

        func putFolderBack() { #expect(rename("\(folder)/elsewhere", "\(folder)/spool") == 0) }

        func answered(_ count: Int) async throws {
            try await eventually(within: .seconds(60), "all are answered") {
                await answers.run()
                return answers.count >= count
            }
        }
    }

    private static func run(
        _ url: String, storeDeadline: Duration, _ body: (Bed) async throws -> Void
    ) async throws {
        try await withSpoolFolder { folder in
            let spool = try Spool(making: SpoolBed.configuration("\(folder)/spool"))
            #expect(rename("\(folder)/spool", "\(folder)/elsewhere") == 0)
            var configuration = GroupCommitConfiguration(
                database: ConnectionConfiguration(connectionString: url), storeDeadline: storeDeadline)
            configuration.probeInterval = .milliseconds(10)
            let pending = configuration.makePending()
            let health = IntakeHealth(nil, hasSpool: true)
            let intake = SpoolIntake(spool, direct: pending, health: health, log: SpoolBed.log)
            let commit = GroupCommit(configuration, pending: pending, health: health, spool: intake, log: SpoolBed.log)
            let services = Task {
                async let committed: Void = commit.run()
                async let taken: Void = intake.run()
                _ = try await (committed, taken)
            }
            do {
                try await body(Bed(commit: commit, health: health, spool: spool, folder: folder))
            } catch {
                services.cancel()
                _ = try? await services.value
                throw error
            }
            services.cancel()
            try await services.value
        }
    }

    /// Has Postgres refuse what comes, and waits until that is known: from now on the direct way is closed.
    private static func closeDirectWay(_ bed: Bed, _ database: TestDatabase, with webhook: IncomingWebhook) async throws
    {
        try await eventually(within: .seconds(60), "Postgres is there") { bed.health.isDatabaseReachable }
        try await database.sql(
            "ALTER TABLE inbox.webhook ADD CONSTRAINT test_refuses CHECK (length(body) > 1000000)")
        bed.submit([webhook])
        try await eventually(within: .seconds(60), "it is not stored") { !bed.health.isDatabaseReachable }
    }

    @Test func `what comes while Postgres fails for a moment waits for it, and is stored once`() async throws {
        try await withTestDatabase { database in
            try await Self.run(database.url(user: "postroom_ingress"), storeDeadline: .seconds(60)) { bed in
                let webhooks = (0..<60).map { SpoolWebhooks.make($0) }
                try await Self.closeDirectWay(bed, database, with: webhooks[0])
                bed.submit(Array(webhooks[1...]))
                try await database.sql("ALTER TABLE inbox.webhook DROP CONSTRAINT test_refuses")
                try await bed.answered(60)
                #expect(bed.answers.stored == Set(webhooks.map(\.id)) && bed.answers.count == 60)
                #expect(bed.spool.status.spooled == 0)
                #expect(
                    try await database.sql(
                        "SELECT (SELECT count(*) FROM inbox.webhook), (SELECT count(*) FROM queue.webhook)")
                        == ["60|60"])
            }
        }
    }

    @Test func `a spool that works again is offered at the deadline what it has refused, and at once what is new`()
        async throws
    {
        try await withTestDatabase { database in
            try await Self.run(database.url(user: "postroom_ingress"), storeDeadline: .seconds(5)) { bed in
                let webhooks = (0..<40).map { SpoolWebhooks.make($0) }
                try await Self.closeDirectWay(bed, database, with: webhooks[0])
                bed.submit(Array(webhooks[1..<30]))
                bed.putFolderBack()
                try await eventually(within: .seconds(60), "it can be written") { bed.health.isSpoolUsable }
                bed.submit(Array(webhooks[30...]))
                try await bed.answered(40)
                #expect(bed.answers.stored == Set(webhooks.map(\.id)))
                #expect(Set(try webhooksOnDisk("\(bed.folder)/spool").map(\.id)) == bed.answers.stored)
            }
        }
    }

    @Test func `with neither, each is refused once, when its time is up`() async throws {
        let webhooks = (0..<60).map { SpoolWebhooks.make($0) }
        let deadline = Duration.seconds(2)
        var answers: Answers?
        try await Self.run("host=/nowhere user=nobody dbname=nothing", storeDeadline: deadline) { bed in
            answers = bed.answers
            for half in [webhooks[..<30], webhooks[30...]] {
                let start = ContinuousClock.now
                bed.submit(Array(half))
                try await bed.answered(half.endIndex)
                #expect(start.duration(to: .now) >= deadline / 2)
            }
        }
        await answers?.run()
        #expect(answers?.count == 60 && answers?.stored == [])
    }

    @Test func `while Postgres answers and does not store, batches that the spool refuses do not try it one each`()
        async throws
    {
        try await withTestDatabase { database in
            try await Self.run(database.url(user: "postroom_ingress"), storeDeadline: .seconds(1)) { bed in
                try await eventually(within: .seconds(60), "Postgres is there") { bed.health.isDatabaseReachable }
                try await database.sql(
                    """
                    CREATE SEQUENCE public.tries;
                    CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                    BEGIN PERFORM nextval('public.tries'); RAISE check_violation; END
                    $$;
                    CREATE TRIGGER refuse BEFORE INSERT ON inbox.webhook FOR EACH ROW
                    EXECUTE FUNCTION public.refuse()
                    """)
                func tries() async throws -> [String] { try await database.sql("SELECT last_value FROM public.tries") }
                var untried = 0
                // Trials are 1, 2, 4 and more seconds apart.
                for number in 0..<6 where untried == 0 {
                    let before = try await tries()
                    bed.submit([SpoolWebhooks.make(number)])
                    try await bed.answered(number + 1)
                    if try await tries() == before { untried += 1 }
                }
                #expect(untried == 1 && bed.answers.stored == [])
            }
        }
    }

    @Test func `a full spool gives back what has time, once`() async throws {
        try await withSpoolFolder { folder in
            let spool = try Spool(making: SpoolBed.configuration(folder, bytesMax: 10))
            let direct = PendingSubmissions(itemsMax: 2, bytesMax: 1 << 20)
            let intake = SpoolIntake(
                spool, direct: direct, health: IntakeHealth(nil, hasSpool: true), log: SpoolBed.log)
            let task = Task { try await intake.run() }
            let answers = Answers()
            let items = (0..<5).map { number in
                PendingSubmission(
                    submission: answers.submission(SpoolWebhooks.make(number)),
                    deadline: .in(number == 1 ? .zero : .seconds(600)), isSpoolFinal: number == 0)
            }
            for item in items { #expect(intake.add(item)) }
            // One that came back before, one whose time is up, and one for which nobody has room.
            try await eventually(within: .seconds(60), "three are refused") {
                await answers.run()
                return answers.count == 3
            }
            #expect(answers.stored.isEmpty)
            guard case .batch(let back) = direct.take(itemsMax: 10, timeout: .seconds(60)) else {
                Issue.record("nothing came back")
                return
            }
            #expect(back.map(\.submission.webhook.id) == items[2...3].map(\.submission.webhook.id))
            #expect(back.allSatisfy { $0.isSpoolFinal })
            task.cancel()
            try await task.value
        }
    }

    @Test
    func
        `where there is no way into the spool, and Postgres is not known to be there, its next statement is waited for`()
        async throws
    {
        try await withSpoolFolder { folder in
            var bounds = SpoolBed.configuration(folder)
            bounds.pendingItemsMax = 0
            let health = IntakeHealth(nil, hasSpool: true)
            let intake = SpoolIntake(try Spool(making: bounds), health: health, log: SpoolBed.log)
            var configuration = GroupCommitConfiguration(
                database: ConnectionConfiguration(connectionString: ""), storeDeadline: .seconds(2))
            configuration.pendingItemsMax = 40
            // It never runs: as if Postgres were at the first statement.
            let commit = GroupCommit(configuration, health: health, spool: intake, log: SpoolBed.log)
            let answers = Answers()
            for number in 0..<40 { commit.submit(answers.submission(SpoolWebhooks.make(number))) }
            await answers.run()
            #expect(answers.count == 0)
            commit.submit(answers.submission(SpoolWebhooks.make(40)))
            await answers.run()
            #expect(answers.count == 1 && answers.stored.isEmpty)
        }
    }

    @Test func `what came back may be stored already, by a try whose outcome was not known`() async throws {
        try await withTestDatabase { database in
            let (writer, pending) = Self.writer(database.url(user: "postroom_ingress"), storeDeadline: .seconds(60))
            let answers = Answers()
            let webhooks = (0..<2).map { SpoolWebhooks.make($0) }
            func add(_ webhook: IncomingWebhook, isSpoolFinal: Bool) {
                #expect(
                    pending.add(
                        PendingSubmission(
                            submission: answers.submission(webhook), deadline: .in(.seconds(60)),
                            isSpoolFinal: isSpoolFinal)))
            }
            add(webhooks[0], isSpoolFinal: false)
            let task = Task { await writer.run() }
            do {
                try await eventually(within: .seconds(60), "the first is stored") {
                    await answers.run()
                    return answers.count == 1
                }
            } catch {
                pending.close()
                await task.value
                throw error
            }
            add(webhooks[0], isSpoolFinal: true)
            add(webhooks[1], isSpoolFinal: false)
            pending.close()
            await task.value
            await answers.run()
            #expect(answers.count == 3 && answers.stored == Set(webhooks.map(\.id)))
            #expect(try await database.sql("SELECT count(*) FROM inbox.webhook") == ["2"])
            #expect(try await database.sql("SELECT sum(count) FROM queue.tally WHERE kind = 'accepted'") == ["2"])
        }
    }

    @Test func `what came back behind younger ones does not wait for their deadlines`() async throws {
        let (writer, pending) = Self.writer("host=/nowhere user=nobody dbname=nothing", storeDeadline: .seconds(2))
        let answers = Answers()
        let webhooks = (0..<2).map { SpoolWebhooks.make($0) }
        let younger = PendingSubmission(submission: answers.submission(webhooks[0]), deadline: .in(.seconds(2)))
        let older = PendingSubmission(
            submission: answers.submission(webhooks[1]), deadline: .in(.zero), isSpoolFinal: true)
        #expect(pending.add(younger) && pending.add(older))
        pending.close()
        await writer.run()
        await answers.run()
        #expect(answers.inOrder == [webhooks[1].id, webhooks[0].id] && answers.stored.isEmpty)
    }

    /// A writer without a spool of its own, and its queue.
    private static func writer(_ url: String, storeDeadline: Duration) -> (GroupCommitWriter, PendingSubmissions) {
        let configuration = GroupCommitConfiguration(
            database: ConnectionConfiguration(connectionString: url), storeDeadline: storeDeadline)
        let pending = configuration.makePending()
        let writer = GroupCommitWriter(
            configuration, pending: pending, way: DirectWay(), health: IntakeHealth(nil, hasSpool: true), spool: nil,
            log: SpoolBed.log)
        return (writer, pending)
    }
}
