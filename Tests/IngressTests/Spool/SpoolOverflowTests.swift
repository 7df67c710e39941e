import Domain
import Glibc
import PostgresClient
import Runtime
import TestSupport
import Testing

@testable import Ingress

@Suite struct SpoolOverflowTests {
    @Test func `what there is no room for before Postgres goes to the spool`() async throws {
        try await withSpoolFolder { folder in
            let spool = try Spool(making: SpoolBed.configuration(folder))
            let health = IntakeHealth(nil, hasSpool: true)
            let intake = SpoolIntake(spool, health: health, log: SpoolBed.log)
            var configuration = GroupCommitConfiguration(
                database: ConnectionConfiguration(connectionString: ""), storeDeadline: .seconds(2))
            configuration.pendingItemsMax = 10
            // It never runs: as if Postgres were at the first statement.
            let commit = GroupCommit(configuration, health: health, spool: intake, log: SpoolBed.log)
            let task = Task { try await intake.run() }
            let answers = Answers()
            let webhooks = (0..<60).map { SpoolWebhooks.make($0) }
            for webhook in webhooks { commit.submit(answers.submission(webhook)) }
            try await eventually(within: .seconds(60), "the rest is answered") {
                await answers.run()
                return answers.count >= 50
            }
            #expect(answers.stored == Set(webhooks.dropFirst(10).map(\.id)))
            #expect(try webhooksOnDisk(folder).map(\.id) == webhooks.dropFirst(10).map(\.id))
            task.cancel()
            try await task.value
        }
    }

    @Test func `a disk that hangs is not ready, and refuses at once until it comes back`() async throws {
        try await withSpoolFolder { folder in
            var configuration = SpoolBed.configuration(folder)
            configuration.writeTimeMax = .seconds(1)
            let spool = try Spool(making: configuration)
            // Opening it waits for a reader, as a flush may for a disk.
            #expect(mkfifo("\(folder)/probe", 0o600) == 0)
            let readiness = Readiness()
            let health = IntakeHealth(readiness, hasSpool: true)
            let intake = SpoolIntake(spool, health: health, log: SpoolBed.log)
            let task = Task { try await intake.run() }
            health.set(spool: true)
            #expect(readiness.isReady)
            var failure: (any Error)?
            do {
                try await eventually(within: .seconds(60), "it is not ready") {
                    intake.lookAfterDisk()
                    return !readiness.isReady
                }
            } catch {
                failure = error
            }
            let answers = Answers()
            let refused = PendingSubmission(
                submission: answers.submission(SpoolWebhooks.make(0)), deadline: .in(.seconds(1)))
            #expect(!intake.add(refused))
            let reader = open("\(folder)/probe", O_RDONLY | O_NONBLOCK)
            defer { close(reader) }
            if let failure { throw failure }
            try await eventually(within: .seconds(60), "it is ready again") { readiness.isReady }
            let taken = PendingSubmission(
                submission: answers.submission(SpoolWebhooks.make(1)), deadline: .in(.seconds(1)))
            #expect(intake.add(taken))
            try await eventually(within: .seconds(60), "it is answered") {
                await answers.run()
                return answers.stored == [taken.submission.webhook.id]
            }
            task.cancel()
            try await task.value
        }
    }

    @Test func `what Postgres did not take by its deadline, or at a failed connection, goes to the spool with its id`()
        async throws
    {
        try await withSpoolFolder { folder in
            let spool = try Spool(making: SpoolBed.configuration("\(folder)/spool"))
            let health = IntakeHealth(nil, hasSpool: true)
            let intake = SpoolIntake(spool, health: health, log: SpoolBed.log)
            let database = ConnectionConfiguration(connectionString: "host=\(folder) user=nobody dbname=nothing")
            let commit = GroupCommit(
                GroupCommitConfiguration(database: database, storeDeadline: .seconds(2)), health: health, spool: intake,
                log: SpoolBed.log)
            let answers = Answers()
            let webhooks = (0..<40).map { SpoolWebhooks.make($0) }
            for webhook in webhooks { commit.submit(answers.submission(webhook)) }
            let services = Task {
                async let committed: Void = commit.run()
                async let taken: Void = intake.run()
                _ = try await (committed, taken)
            }
            try await eventually(within: .seconds(60), "all are answered") {
                await answers.run()
                return answers.count == 40
            }
            #expect(answers.stored == Set(webhooks.map(\.id)))
            #expect(Set(try webhooksOnDisk("\(folder)/spool").map(\.id)) == answers.stored)
            #expect(!health.isDatabaseReachable && health.isReady)
            services.cancel()
            try await services.value
        }
    }
}
